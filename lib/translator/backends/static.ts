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
  const { findings } = backend;
  if (unixPath || isName(target))
    findings.error('Invalid', target.path, parsed.problem, parsed.hint);
  else findings.error('Invalid', target.at('host'), hostMessage(target, backend), HINT);
  return undefined;
}

function isName(target: Fields): boolean {
  return !('problem' in parseHost(`${target.text('host')}:80`));
}

const IPV6 = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i;
const HINT = 'write `host: api.example.com`, and the port in `port`';

/** An address with colons is one to agentgateway; its file has no spelling for it. */
function hostMessage(target: Fields, { key }: KubeObject): string {
  const host = target.text('host') ?? '';
  const effect = `so requests to ${quoted(key.name)} are answered 500`;
  if (IPV6.test(host))
    return `a standalone file cannot name the IPv6 address ${quoted(host)}, ${effect}`;
  return `\`host\` is a name or an address and nothing else, not ${quoted(host)}, ${effect}`;
}
