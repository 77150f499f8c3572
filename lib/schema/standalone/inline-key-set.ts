import { isObject } from '../json';
import { type Rule, violated } from '../rule';

/**
 * A key set that stands in the file itself is read when the file is loaded, and has to be one (RFC 7517 §5). The text
 * may hold a private key, so no finding shows any of it.
 */
export const INLINE_KEY_SET: Rule = {
  form: 'inlineKeySet',
  check: (self) => {
    if (typeof self !== 'string') return [];
    const problem = problemOf(self);
    if (!problem) return [];
    return violated({ path: '', message: `the key set ${problem}`, code: 'InvalidKey' });
  },
};

const KEYS = 'write `{"keys": [...]}`';

function problemOf(text: string): string | undefined {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return 'is no JSON: it cannot be parsed';
  }
  if (!isObject(set)) return `is no JSON object; ${KEYS}`;
  return Array.isArray(set.keys) ? undefined : `has no list \`keys\`; ${KEYS}`;
}
