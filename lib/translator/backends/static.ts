import { quoted } from '../../schema/json';
import { parseHost } from '../../standalone/host';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import type { TranslatedTarget } from './service';

/** A host and port, or a Unix socket, outside Kubernetes. */
export function translateStatic(backend: KubeObject): TranslatedTarget | undefined {
  const target = backend.spec.fields('static');
  if (!target) return undefined;
  const unixPath = target.text('unixPath');
  const host = unixPath
    ? `unix:${unixPath}`
    : `${target.text('host')}:${target.integer('port', 1, 65_535)}`;
  const parsed = parseHost(host);
  if (!('problem' in parsed)) return { host };
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
