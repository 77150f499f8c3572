import type { UpstreamTls } from '../../effects';
import type { NormalBackendTls } from '../../standalone/document';
import { readNamedText } from '../named-text';
import type { BackendHost } from './backend-host';

/** How an upstream is known, its files read. `path` is where `backendTLS` stands, for what is wrong with it. */
export function upstreamTls(tls: NormalBackendTls, path: string, host: BackendHost): UpstreamTls {
  const read = (name: 'root' | 'cert' | 'key') => {
    const file = tls[name];
    return file === undefined ? undefined : readNamedText({ file }, `${path}.${name}`, host);
  };
  return {
    serverName: tls.hostname,
    roots: read('root'),
    cert: read('cert'),
    key: read('key'),
    insecure: tls.insecure,
    insecureHost: tls.insecureHost,
    subjectAltNames: tls.subjectAltNames.length > 0 ? tls.subjectAltNames : undefined,
    alpn: tls.alpn,
  };
}
