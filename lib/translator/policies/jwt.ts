import type { JwtPolicy, JwtProvider } from '../../standalone/document';
import { advisePrivateKeys, adviseProvider } from '../../standalone/provider-advice';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { translateLocation } from './api-key';
import { jwksPath, translateJwks } from './jwks';

const MODES = { Strict: 'strict', Optional: 'optional', Permissive: 'permissive' } as const;
const HINT = 'remove it, or run this with agentgateway';

/** The mode is always written: the defaults of cluster and file are opposite. */
export function translateJwt(
  authentication: Fields,
  policy: KubeObject,
  context: Context,
): JwtPolicy {
  authentication.refuseOthers(['mode', 'location', 'providers'], 'JWT authentication', HINT);
  const mode = authentication.choice('mode', ['Strict', 'Optional', 'Permissive']) ?? 'Strict';
  const location = translateLocation(authentication.fields('location'));
  const providers = authentication
    .entries('providers')
    .map((provider) => translateProvider(provider, policy, context));
  if (providers.length === 0) {
    authentication.findings.error(
      'Required',
      authentication.at('providers'),
      'the policy does not say whose tokens are accepted',
      'write a provider with its `issuer` and `jwks`',
    );
  }
  return { mode: MODES[mode], ...(location && { location }), providers };
}

function translateProvider(provider: Fields, policy: KubeObject, context: Context): JwtProvider {
  provider.refuseOthers(['issuer', 'audiences', 'jwks'], 'a provider of tokens', HINT);
  const issuer = provider.text('issuer') ?? '';
  if (!issuer)
    provider.findings.error('Required', provider.at('issuer'), 'a provider needs an issuer');
  const audiences = provider.texts('audiences');
  const translated = {
    issuer,
    ...(audiences.length > 0 && { audiences }),
    jwks: translateJwks(provider, policy, context),
  };
  const place = { path: provider.path, keys: jwksPath(provider) };
  adviseProvider(translated, place, provider.findings);
  advisePrivateKeys(translated.jwks, place.keys, provider.findings);
  return translated;
}
