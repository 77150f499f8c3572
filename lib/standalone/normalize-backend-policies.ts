import type {
  BackendAuthEntry,
  BackendPoliciesEntry,
  BackendTcpEntry,
  BackendTlsEntry,
  TextOrFile,
} from './document';
import type { Findings } from './findings';
import type {
  NormalBackendAuth,
  NormalBackendPolicies,
  NormalBackendTls,
  TextOrPath,
} from './normal-document';
import { durationAt, textAt } from './normalize-config';
import { Variable } from './variables';

/** How a backend is called; what speaks of models or of several backends is not among it. */
export function normalizeBackendPolicies(
  policies: BackendPoliciesEntry | undefined,
  path: string,
  findings: Findings,
): NormalBackendPolicies {
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect } = policies ?? {};
  const { http, tcp, backendTLS, backendAuth } = policies ?? {};
  const requestTimeoutMs = durationAt(
    `${path}.http.requestTimeout`,
    http?.requestTimeout,
    findings,
  );
  const connectTimeoutMs = durationAt(`${path}.tcp.connectTimeout`, tcp?.connectTimeout, findings);
  return {
    ...(requestHeaderModifier && { requestHeaderModifier }),
    ...(responseHeaderModifier && { responseHeaderModifier }),
    ...(requestRedirect && { requestRedirect }),
    ...(http?.version && { httpVersion: http.version }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...keepAlive(tcp, `${path}.tcp.keepalives`, findings),
    ...(backendTLS && { tls: normalizeTls(backendTLS, `${path}.backendTLS`, findings) }),
    ...(backendAuth && { auth: normalizeAuth(backendAuth, `${path}.backendAuth`, findings) }),
  };
}

function keepAlive(
  tcp: BackendTcpEntry | undefined,
  path: string,
  findings: Findings,
): Pick<NormalBackendPolicies, 'keepAliveMs'> {
  const { enabled = true, time = '3m' } = tcp?.keepalives ?? {};
  if (!tcp || !enabled) return {};
  const keepAliveMs = durationAt(`${path}.time`, time, findings);
  return keepAliveMs === undefined ? {} : { keepAliveMs };
}

function normalizeTls(tls: BackendTlsEntry, path: string, findings: Findings): NormalBackendTls {
  const { cert, key, root, hostname, insecure, insecureHost, alpn, subjectAltNames } = tls;
  reportUnchecked(tls, path, findings);
  return {
    ...(cert && { cert }),
    ...(key && { key }),
    ...(root && { root }),
    ...(hostname && { hostname }),
    insecure: insecure ?? false,
    insecureHost: insecureHost ?? false,
    subjectAltNames: subjectAltNames ?? [],
    ...(alpn && { alpn }),
  };
}

/** With both switches the one that checks more is in force. */
function reportUnchecked(tls: BackendTlsEntry, path: string, findings: Findings): void {
  if (!tls.insecure && !tls.insecureHost) return;
  findings.warning(
    'CertificateUnchecked',
    `${path}.${tls.insecureHost ? 'insecureHost' : 'insecure'}`,
    tls.insecureHost
      ? 'a certificate for any name is taken, so whoever has one of a trusted authority may answer'
      : 'any certificate is taken, so whoever sits in between reads and changes everything',
    'name the file of the authority in `root`, and the name that the certificate bears in `hostname`',
  );
}

function normalizeAuth(
  { key, passthrough, credentials = [] }: BackendAuthEntry,
  path: string,
  findings: Findings,
): NormalBackendAuth {
  return {
    path,
    ...(key !== undefined && { key: normalizeKey(key, `${path}.key`, findings) }),
    ...(passthrough && {
      passthrough: { ...(passthrough.location && { location: passthrough.location }) },
    }),
    credentials: credentials.map((credential, index) => ({
      value: textOrPath(credential.key, `${path}.credentials[${index}].key`, findings),
      location: credential.location,
    })),
  };
}

function normalizeKey(
  key: NonNullable<BackendAuthEntry['key']>,
  path: string,
  findings: Findings,
): NonNullable<NormalBackendAuth['key']> {
  if (typeof key === 'object' && 'value' in key) {
    const { value, location } = key;
    return {
      value: textOrPath(value, `${path}.value`, findings),
      ...(location && { location }),
    };
  }
  return { value: textOrPath(key, path, findings) };
}

function textOrPath(value: TextOrFile, path: string, findings: Findings): TextOrPath {
  const inline = typeof value === 'string' || value instanceof Variable;
  return inline ? { text: textAt(path, value, findings) } : { file: value.file };
}
