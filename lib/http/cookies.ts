/** The pairs of a `Cookie` field (RFC 6265 §5.4): what is left when one of them is taken out. */
export interface TakenCookie {
  readonly value: string;
  /** The field without that cookie; empty when nothing is left. */
  readonly rest: string;
}

/** Takes the cookie called `name` out of a `Cookie` field, or answers `undefined`. */
export function takeCookie(field: string, name: string): TakenCookie | undefined {
  const pairs = field.split(';').map((pair) => pair.trim());
  const isNamed = (pair: string) => pair.startsWith(`${name}=`);
  const found = pairs.find(isNamed);
  if (found === undefined) return undefined;
  const value = found.slice(name.length + 1).replace(/^"(.*)"$/, '$1');
  return { value, rest: pairs.filter((pair) => pair && !isNamed(pair)).join('; ') };
}
