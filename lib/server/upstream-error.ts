import type { UpstreamError } from '../effects';

/** Node's error codes, and what each means to a caller. */
const MEANINGS: Readonly<Record<string, UpstreamError>> = {
  ECONNREFUSED: { kind: 'connect', message: 'connection refused' },
  EHOSTUNREACH: { kind: 'connect', message: 'host unreachable' },
  ENETUNREACH: { kind: 'connect', message: 'network unreachable' },
  EADDRNOTAVAIL: { kind: 'connect', message: 'address not available' },
  ENOENT: { kind: 'connect', message: 'no such socket' },
  EACCES: { kind: 'connect', message: 'access to the socket denied' },
  ETIMEDOUT: { kind: 'connect', message: 'connection timed out' },
  ENOTFOUND: { kind: 'dns', message: 'name not found' },
  EAI_AGAIN: { kind: 'dns', message: 'name lookup failed' },
  ECONNRESET: { kind: 'reset', message: 'connection reset' },
  EPIPE: { kind: 'reset', message: 'connection closed' },
  ABORT_ERR: { kind: 'aborted', message: 'cancelled' },
};

const OWN = 'the certificate of the upstream is signed by itself, and is not trusted';
const UNTRUSTED = 'the certificate of the upstream is signed by no authority that is trusted';
const NOT_TAKEN = 'the upstream does not accept the certificate of the gateway';
const NOT_SHOWN = 'the upstream demands a certificate of the gateway';
const NO_PROTOCOL = 'the upstream speaks no version of HTTP that the gateway offers';
const OLD = 'the upstream speaks no version of TLS that the gateway does';
const REFUSED = 'the upstream refuses the TLS handshake';
const CLEARTEXT = 'the upstream does not speak TLS';

/** What a certificate or a handshake failed for, by the codes of Node and OpenSSL. */
const TLS_MESSAGES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: OWN,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_HAS_EXPIRED: 'the certificate of the upstream has expired',
  CERT_NOT_YET_VALID: 'the certificate of the upstream is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the upstream is for another name',
  CERT_REVOKED: 'the certificate of the upstream is revoked',
  INVALID_PURPOSE: 'the certificate of the upstream is not for servers',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NOT_TAKEN,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: NOT_TAKEN,
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: NOT_TAKEN,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NOT_TAKEN,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: NOT_TAKEN,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: NOT_TAKEN,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: NOT_TAKEN,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: NOT_TAKEN,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NOT_SHOWN,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: NO_PROTOCOL,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD,
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the upstream does not know the name that it is asked by',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: REFUSED,
  ERR_SSL_WRONG_VERSION_NUMBER: CLEARTEXT,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: CLEARTEXT,
  ERR_SSL_HTTP_REQUEST: CLEARTEXT,
};

/** The code of an error that says that our own side of TLS cannot be set up. */
export const UNUSABLE_TLS = 'ERR_UNUSABLE_TLS';

/** What a failed call means; anything unknown is a breach of protocol. */
export function upstreamError(error: unknown): UpstreamError {
  for (const cause of causes(error)) {
    const meaning = MEANINGS[cause] ?? tlsError(cause);
    if (meaning) return meaning;
  }
  return { kind: 'protocol', message: 'invalid message' };
}

function tlsError(code: string): UpstreamError | undefined {
  const message = TLS_MESSAGES[code];
  if (message !== undefined) {
    return { kind: message === NO_PROTOCOL ? 'protocol' : 'connect', message };
  }
  if (code === UNUSABLE_TLS) {
    const unusable = 'the certificates for the upstream cannot be used';
    return { kind: 'connect', message: unusable };
  }
  return code.startsWith('ERR_SSL_')
    ? { kind: 'protocol', message: 'invalid TLS message' }
    : undefined;
}

/** Why a certificate does not verify, for which OpenSSL has more reasons than have a message here. */
export function certificateError(error: Error): UpstreamError {
  const message = causes(error).map((code) => TLS_MESSAGES[code])[0];
  return {
    kind: 'connect',
    message: message ?? 'the certificate of the upstream does not verify',
  };
}

/** For connections that end before they are any use, of which Node only says that they were reset. */
export const HANDSHAKE_ENDED: UpstreamError = {
  kind: 'connect',
  message: 'the connection ended during the TLS handshake',
};

function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as NodeJS.ErrnoException;
  const nested =
    error instanceof AggregateError ? error.errors.flatMap(causes) : causes(error.cause);
  return code ? [code, ...nested] : nested;
}
