export type StrictJson = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads JSON in which no object has a name twice. Readers differ in which of two they take, so that a token could mean
 * one thing here and another behind the gateway (RFC 7519 §4, RFC 7515 §4).
 */
export function parseStrictJson(text: string): StrictJson {
  try {
    const value: unknown = JSON.parse(text);
    const repeated = repeatedName(text);
    return repeated === undefined ? { value } : { problem: `the name ${repeated} stands twice` };
  } catch {
    // The parser's own message quotes the text, which may be secret.
    return { problem: 'it cannot be parsed' };
  }
}

/** Strings, and the characters that open, close and divide: all that tells names from values. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The first name that an object has twice, as it is written; the text is valid JSON. */
function repeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name: string = JSON.parse(last);
      if (names?.has(name)) return last.slice(0, LONGEST_SHOWN);
      names?.add(name);
    }
    last = token;
  }
  return undefined;
}

const LONGEST_SHOWN = 100;
