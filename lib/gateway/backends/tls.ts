import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { UpstreamTls } from '../../effects';
import type { NormalBackendTls } from '../../standalone/normal-document';
import { readNamedText } from '../named-text';
import type { BackendHost } from './backend-host';

/** How an upstream is known, its files read. `path` is where `backendTLS` stands, for what is wrong with it. */
export function upstreamTls(tls: NormalBackendTls, path: string, host: BackendHost): UpstreamTls {
  const read = (name: 'root' | 'cert' | 'key') => {
    const file = tls[name];
    if (file === undefined) return undefined;
    return readNamedText({ file }, '', {
      readFile: (wanted) => host.readFile(wanted),
      report: (finding) => host.report({ ...finding, path: `${path}.${name}` }),
    });
  };
  const roots = read('root');
  const cert = read('cert');
  const key = read('key');
  if (roots !== undefined) checkRoots(roots, `${path}.root`, host);
  checkCertificate(tls, { cert, key }, path, host);
  return {
    serverName: tls.hostname,
    roots,
    cert,
    key,
    insecure: tls.insecure,
    insecureHost: tls.insecureHost,
    subjectAltNames: tls.subjectAltNames.length > 0 ? tls.subjectAltNames : undefined,
    alpn: tls.alpn,
  };
}

const ONE_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Authorities that cannot be read would leave none that is trusted, and every call would fail. */
function checkRoots(roots: string, path: string, host: BackendHost): void {
  if ((roots.match(ONE_CERTIFICATE) ?? []).some((pem) => certificateOf(pem))) return;
  const message = 'the file holds no certificate of an authority';
  report(host, path, message, 'write certificates in PEM: `-----BEGIN CERTIFICATE-----`');
}

function checkCertificate(
  written: NormalBackendTls,
  { cert, key }: Pick<UpstreamTls, 'cert' | 'key'>,
  path: string,
  host: BackendHost,
): void {
  if ((written.cert === undefined) !== (written.key === undefined)) {
    const [there, missing] = written.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    const message = `\`${there}\` is of no use without \`${missing}\``;
    return report(host, `${path}.${there}`, message, `write \`${missing}\` as well, or neither`);
  }
  if (cert === undefined || key === undefined) return;
  const certificate = certificateOf(cert);
  if (!certificate) {
    report(host, `${path}.cert`, 'the file holds no certificate', 'write a certificate in PEM');
  }
  const privateKey = privateKeyOf(key);
  if (!privateKey) {
    const hint = 'write a private key in PEM, without a passphrase';
    report(host, `${path}.key`, 'the file holds no private key', hint);
  }
  if (!certificate || !privateKey || certificate.checkPrivateKey(privateKey)) return;
  const message = 'the private key is that of another certificate';
  report(host, `${path}.key`, message, 'write the key that the certificate was made for');
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function privateKeyOf(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function report({ report: tell }: BackendHost, path: string, message: string, hint: string): void {
  tell({ severity: 'error', code: 'InvalidCertificateRef', path, message, hint });
}
