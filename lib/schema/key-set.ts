import { isObject, quoted } from './json';

const FAMILIES = ['RSA', 'EC', 'OKP'];

/**
 * Why a text is no JSON Web Key Set (RFC 7517 §5) that tokens can be checked with. agentgateway does without the whole
 * set where one of its keys has no `kid` or is of another kind.
 */
export function keySetProblem(text: string): string | undefined {
  const set = parseJson(text);
  if (!isObject(set)) return 'it is no JSON object';
  const { keys } = set;
  if (!Array.isArray(keys)) return loneKeyProblem(set) ?? 'it has no list `keys`';
  if (keys.length === 0) return 'it holds no key';
  for (const [index, key] of keys.entries()) {
    const problem = keyProblem(key);
    if (problem) return `\`keys[${index}]\` ${problem}`;
  }
  return undefined;
}

/** Whether a key of the set can sign as well: its private part (RFC 7518 §6.2.2, §6.3.2) is in the text. */
export function holdsPrivateKey(text: string): boolean {
  const set = parseJson(text);
  return (
    isObject(set) && Array.isArray(set.keys) && set.keys.some((key) => isObject(key) && 'd' in key)
  );
}

/** `agw token keys` writes both beside each other: the key that signs, and the set that tells others what it signed. */
function loneKeyProblem(set: object): string | undefined {
  if (!('kty' in set)) return undefined;
  if (!('d' in set)) return 'it is one key, and no set of keys';
  return 'it is the private key itself, which belongs to who signs tokens alone, and no set of public keys';
}

function keyProblem(key: unknown): string | undefined {
  if (!isObject(key)) return 'is no JSON object';
  if (key.kty === 'oct')
    return 'is a shared secret, with which whoever checks a token could make one';
  if (typeof key.kty !== 'string' || !FAMILIES.includes(key.kty))
    return `needs \`kty\`, one of ${FAMILIES.map(quoted).join(', ')}`;
  if (typeof key.kid !== 'string') return 'needs a `kid`, by which tokens name their key';
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
