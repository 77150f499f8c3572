import { quoted } from '../../schema/json';
import { keySetProblem } from '../../schema/key-set';
import type { JwtProvider } from '../../standalone/document';
import { resolveTarget } from '../backends/target';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';

type Jwks = JwtProvider['jwks'];

/** No key at all: every token of the provider is refused, as in a cluster that cannot get at its keys. */
const NO_KEYS = '{"keys":[]}';
/** As an API server writes it where nothing is written. */
const CACHE_DEFAULT = '5m';
const SHELL_VARIABLE = /^\s*\$(\w+|\{\w+\})\s*$/;
const HINT = 'remove it, or run this with agentgateway';

/** The keys of a provider: as they are, or where the gateway fetches them. */
export function translateJwks(provider: Fields, policy: KubeObject, context: Context): Jwks {
  const jwks = provider.fields('jwks');
  jwks?.refuseOthers(['inline', 'remote'], 'a key set', HINT);
  const inline = jwks?.text('inline');
  if (inline !== undefined) return inlineKeys(inline, jwks!);
  const remote = jwks?.fields('remote');
  if (remote) return remoteKeys(remote, policy, context);
  provider.findings.error(
    'Required',
    provider.at('jwks'),
    'the provider does not say where its keys are',
    'write `jwks.remote` or `jwks.inline`',
  );
  return NO_KEYS;
}

/** Where a provider says what its keys are. */
export function jwksPath(provider: Fields): string {
  const jwks = provider.fields('jwks');
  const remote = jwks?.fields('remote');
  if (remote) return remote.at(remote.has('url') ? 'url' : 'backendRef');
  return jwks?.has('inline') ? jwks.at('inline') : provider.at('jwks');
}

function inlineKeys(inline: string, jwks: Fields): Jwks {
  const problem = keySetProblem(inline);
  if (problem === undefined) return inline;
  jwks.findings.warning(
    'InvalidKey',
    jwks.at('inline'),
    `this is no key set that tokens can be checked with: ${problem}; so every token of the provider is refused`,
    SHELL_VARIABLE.test(inline)
      ? `a shell was to put keys in place of ${quoted(inline)}: write them here, as \`{"keys": […]}\``
      : 'write `{"keys": […]}` with public keys that have a `kid`',
  );
  return NO_KEYS;
}

function remoteKeys(remote: Fields, policy: KubeObject, context: Context): Jwks {
  remote.refuseOthers(['url', 'backendRef', 'jwksPath', 'cacheDuration'], 'a key set', HINT);
  const cache = remote.text('cacheDuration');
  if (cache !== undefined && cache !== CACHE_DEFAULT) {
    remote.findings.warning(
      'Unsupported',
      remote.at('cacheDuration'),
      `keys are not kept for ${cache} here: a standalone file has no such setting, and keeps them for as long as the answer with them says, else for 15m`,
    );
  }
  const url = remote.text('url');
  if (url !== undefined) return { url };
  const reference = remote.fields('backendRef');
  if (reference) return keysOfBackend(remote, reference, policy, context);
  const path = remote.text('jwksPath');
  remote.findings.error(
    'Required',
    remote.path,
    path === undefined
      ? 'the key set has no place'
      : `no host is named for the path ${quoted(path)}`,
    'write `url`, or `backendRef` with `jwksPath`',
  );
  return NO_KEYS;
}

function keysOfBackend(
  remote: Fields,
  reference: Fields,
  policy: KubeObject,
  context: Context,
): Jwks {
  const { target } = resolveTarget(reference, policy, context);
  const path = (remote.text('jwksPath') ?? '').replace(/^\//, '');
  if (!target) {
    reference.findings.warning(
      'NoKeys',
      reference.path,
      'no key of this provider is known, so every token of it is refused',
      'correct the reference, or write a `url`',
    );
    return NO_KEYS;
  }
  const tls = target.policies?.backendTLS;
  if (tls && Object.keys(tls).length > 0) return refuseTls(reference);
  const scheme = tls ? 'https' : 'http';
  if (!target.host.startsWith('unix:')) return { url: `${scheme}://${target.host}/${path}` };
  reference.findings.error(
    'Unsupported',
    reference.path,
    'a standalone file cannot fetch keys over a Unix socket',
    'serve them at a host and port, or write them as `inline`',
  );
  return NO_KEYS;
}

function refuseTls(reference: Fields): Jwks {
  reference.findings.error(
    'Unsupported',
    reference.path,
    'a standalone file fetches keys over TLS as public authorities sign for a host, and cannot say what the `tls` of this backend does',
    'write `tls: {}` there, or the keys as `inline`',
  );
  return NO_KEYS;
}
