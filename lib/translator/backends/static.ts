import { quoted } from '../../schema/json';
import { parseHost } from '../../standalone/host';
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
  backend.findings.error(
    'Invalid',
    target.path,
    `${parsed.problem} in a standalone file, so requests to ${quoted(backend.key.name)} are answered 500`,
    parsed.hint,
  );
  return undefined;
}
