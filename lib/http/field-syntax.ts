const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters but tabs; and what has more than a byte, since its lower one might be a line break. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const NOT_IN_VALUES = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;

/** Whether a text can be a method or the name of a field (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Whether a text can be the value of a field without ending it (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return !NOT_IN_VALUES.test(text);
}
