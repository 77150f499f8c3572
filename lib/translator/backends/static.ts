import { quoted } from '../../schema/json';
import { parseHost } from '../../standalone/host';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { HOST_POLICIES, translateBackendPolicies } from './backend-policies';
import type { TranslatedTarget } from './service';

const HINT = 'run this with agentgateway';

/** A host and port, or a Unix socket, outside Kubernetes; nothing where it cannot be called as its policies demand. */
export function translateStatic(
  backend: KubeObject,
  context: Context,
): TranslatedTarget | undefined {
  backend.spec.refuseOthers(['static', 'policies'], 'an AgentgatewayBackend', HINT);
  const target = backend.spec.fields('static');
  const host = target && hostOf(target, backend);
  const policies = translateBackendPolicies(
    backend.spec.fields('policies'),
    backend,
    context,
    HOST_POLICIES,
  );
  if (host === undefined || !policies) return undefined;
  return { host, ...(Object.keys(policies).length > 0 && { policies }) };
}

function hostOf(target: Fields, backend: KubeObject): string | undefined {
  const unixPath = target.text('unixPath');
  const host = unixPath
    ? `unix:${unixPath}`
    : `${target.text('host')}:${target.integer('port', 1, 65_535)}`;
  const parsed = parseHost(host);
  if (!('problem' in parsed)) return host;
  if (unixPath || !reportHost(target)) {
    backend.findings.error('Invalid', target.path, parsed.problem, parsed.hint);
  }
  return undefined;
}

const IPV6 = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i;

/** Reports a `host` that holds more than a name or an address, and tells whether it is one. */
export function reportHost(target: Fields): boolean {
  const host = target.text('host');
  if (host === undefined || !('problem' in parseHost(`${host}:80`))) return false;
  if (IPV6.test(host)) {
    target.findings.error(
      'Unsupported',
      target.at('host'),
      `a standalone file cannot name the IPv6 address ${quoted(host)}, so its requests are answered 500`,
      'give the address a DNS name, or run this with agentgateway',
    );
    return true;
  }
  // What stands before an @ may be a password.
  const shown = host.includes('@') ? '' : `, not ${quoted(host)}`;
  target.findings.error(
    'Invalid',
    target.at('host'),
    `\`host\` is a name or an address and nothing else${shown}, so its requests are answered 500`,
    'write `host: api.example.com`, and the port in `port`',
  );
  return true;
}
