import { PRIVATE_KEYS } from '../../standalone/provider-advice';
import type { PolicyHost } from '../policy-host';
import { type KeySet, readKeySet } from './jwks';

/** The keys of a set that is not fetched, and what is wrong with it. */
export function readLocalKeys(
  text: string,
  path: string,
  { report }: Pick<PolicyHost, 'report'>,
): KeySet {
  const read = readKeySet(text);
  if ('problem' in read) {
    report({
      severity: 'error',
      code: 'InvalidKey',
      path,
      message: read.problem,
      hint: 'give the public keys that the issuer publishes, as a JSON Web Key Set (RFC 7517)',
    });
    return new Map();
  }
  if (read.keys.size === 0) {
    report({
      severity: 'warning',
      code: 'NoKeys',
      path,
      message: 'the key set holds no key, so no token of this issuer is accepted',
      hint: 'give the keys that the issuer publishes',
    });
  }
  if (read.holdsPrivateKeys) report({ severity: 'warning', path, ...PRIVATE_KEYS });
  return read.keys;
}
