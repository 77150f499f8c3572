import { hash } from 'node:crypto';
import type { NormalApiKeyPolicy } from '../../standalone/normal-document';
import { refusal } from '../answer';
import type { RequestPolicy } from '../policy';
import type { PolicyHost } from '../policy-host';
import type { ApiKeyIdentity } from '../request-context';
import { compileLocation } from './credential-location';

const MISSING = refusal('apiKeyMissing');
const WRONG = refusal('apiKeyWrong');

/**
 * Lets callers with a known key in. Keys are kept and looked up by their SHA-256 only, so that neither memory nor the
 * time of a comparison tells about them. A good key does not travel on.
 */
export function compileApiKey(policy: NormalApiKeyPolicy, host: PolicyHost): RequestPolicy {
  const identities = new Map<string, Pick<ApiKeyIdentity, 'metadata'>>(
    policy.keys.map(({ key, keyHash, metadata }) => [
      keyHash === undefined ? digest(key ?? '') : keyHash.replace(/^sha256:/, '').toLowerCase(),
      { metadata },
    ]),
  );
  const location = compileLocation(policy.location, `${policy.path}.location`, host);
  const whenMissing = policy.mode === 'strict' ? MISSING : undefined;
  const whenWrong = policy.mode === 'permissive' ? undefined : WRONG;
  return function apiKey(request) {
    const key = location.read(request);
    if (key === undefined) return whenMissing;
    const identity = identities.get(digest(key));
    if (identity === undefined) return whenWrong;
    location.remove(request);
    request.apiKey = { metadata: identity.metadata, key };
    return undefined;
  };
}

function digest(key: string): string {
  return hash('sha256', key, 'hex');
}
