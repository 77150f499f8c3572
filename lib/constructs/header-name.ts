/** RFC 9110 §5.6.2, token. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const MAX_LENGTH = 256;

/** Throws unless it can name a header field; query parameters and cookies are held to the same. */
export function checkHeaderName(name: string, field: string): void {
  if (name.length <= MAX_LENGTH && TOKEN.test(name)) return;
  const hint = name.startsWith(':')
    ? 'pseudo headers cannot be named here'
    : 'write a name like "x-request-id", without spaces and colons';
  throw new Error(`${field} "${name}" is not a valid name; ${hint}`);
}

/** Throws where two names mean one header, since header names have no case. */
export function checkDistinctHeaders(names: readonly string[], field: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw new Error(`${field} names one header twice, as "${other}" and "${name}"; keep one`);
    seen.set(name.toLowerCase(), name);
  }
}
