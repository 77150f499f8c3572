import type { PlainObject } from '../value';

/** What stands for a secret wherever it is read, printed or joined to something else. */
export const REDACTED = '<redacted>';

/**
 * The field that holds a secret's value, which nothing but `unredacted()` reads: the dot and the parentheses keep it out
 * of what users can write.
 */
export function secretField(field: string): string {
  return `${field}.unredacted()`;
}

/**
 * Values of a caller with a secret among them. Its field gives the placeholder, so that comparing, joining, logging and
 * failing can show nothing else. Neither it nor the secret is listed among the keys.
 *
 * @example withSecret({ sub: 'alice' }, 'rawToken', token) // jwt.rawToken is '<redacted>'
 */
export function withSecret(values: PlainObject, field: string, secret: string): PlainObject {
  const made: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(values)) made[key] = values[key];
  Object.defineProperty(made, field, { value: REDACTED, enumerable: false });
  Object.defineProperty(made, secretField(field), { value: secret, enumerable: false });
  return made;
}

export function isUnredacted(field: string): boolean {
  return field.endsWith(secretField(''));
}
