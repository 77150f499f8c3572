import type { Socket } from 'node:net';
import {
  createSecureContext,
  createServer,
  type SecureContext,
  type SecureContextOptions,
  type SecureVersion,
  type Server,
  type TLSSocket,
} from 'node:tls';
import type { Diagnostic } from '../diagnostic';
import type { Effects } from '../effects';
import { HostnameIndex } from '../gateway/hostnames';
import type { ServerTlsEntry, TlsVersion } from '../standalone/document';
import type { NormalBind, NormalConfig, NormalListener } from '../standalone/normal-document';

/** Shakes hands. Certificates are chosen by the name that a client asks for; a name that no listener has gets none. */
export class TlsAcceptor {
  readonly #server: Server;
  readonly #certificates: HostnameIndex<Certificate>;

  constructor(certificates: HostnameIndex<Certificate>, config: NormalConfig) {
    this.#certificates = certificates;
    this.#server = createServer({
      // For clients that name no host.
      ...certificates.find('', itself)?.options,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: config.tlsHandshakeTimeoutMs,
      // Which listener it is for, and so whether a client's certificate is demanded, is known after the handshake.
      requestCert: certificates.some(({ options }) => options.ca !== undefined),
      rejectUnauthorized: false,
      SNICallback: (name, answer) => {
        const certificate = this.#certificateFor(name);
        if (certificate) answer(null, certificate.context);
        else answer(new Error('no listener has this name'));
      },
    });
    // A handshake that fails has nobody to answer to.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /** Who gets the connections whose handshake succeeds. */
  onSecure(accepted: (secure: TLSSocket) => void): void {
    this.#server.on('secureConnection', (secure) => {
      const demanded = this.#certificateFor(servername(secure) ?? '')?.options.ca !== undefined;
      if (demanded && !secure.authorized) secure.destroy();
      else accepted(secure);
    });
  }

  accept(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  #certificateFor(name: string): Certificate | undefined {
    return this.#certificates.find(name.toLowerCase(), itself);
  }
}

/** The host that the client asked for in its handshake, in lower case. */
export function servername(socket: TLSSocket): string | undefined {
  // Node sets it on connections of servers; its types do not say so.
  const name: unknown = (socket as { servername?: unknown }).servername;
  return typeof name === 'string' && name !== '' ? name.toLowerCase() : undefined;
}

interface Certificate {
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

export interface TlsResult {
  /** @default - the port speaks cleartext */
  readonly acceptor?: TlsAcceptor;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Prepares a port's certificates. A bad one is a finding, and handshakes of that listener alone fail.
 */
export function prepareTls(
  bind: NormalBind,
  config: NormalConfig,
  readFile: Effects['readFile'],
): TlsResult {
  const secure = bind.listeners.filter(({ protocol }) => protocol === 'HTTPS');
  if (secure.length === 0) return { diagnostics: [] };
  const certificates = new HostnameIndex<Certificate>();
  const diagnostics: Diagnostic[] = [];
  for (const listener of secure) {
    try {
      certificates.set(listener.hostname, loadCertificate(listener.tls ?? {}, config, readFile));
    } catch (error) {
      diagnostics.push(badCertificate(listener, error));
    }
  }
  return { acceptor: new TlsAcceptor(certificates, config), diagnostics };
}

function loadCertificate(
  tls: ServerTlsEntry,
  config: NormalConfig,
  readFile: Effects['readFile'],
): Certificate {
  const options: SecureContextOptions = {
    cert: Buffer.from(readFile(tls.cert ?? '')),
    key: Buffer.from(readFile(tls.key ?? '')),
    minVersion: version(tls.minTLSVersion ?? config.tlsMinVersion, 'TLSv1.2'),
    maxVersion: version(tls.maxTLSVersion ?? config.tlsMaxVersion, 'TLSv1.3'),
    ...(tls.root ? { ca: Buffer.from(readFile(tls.root)) } : {}),
    ...(tls.cipherSuites ? { ciphers: tls.cipherSuites.join(':') } : {}),
  };
  return { options, context: createSecureContext(options) };
}

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS_V1_0: 'TLSv1',
  TLS_V1_1: 'TLSv1.1',
  TLS_V1_2: 'TLSv1.2',
  TLS_V1_3: 'TLSv1.3',
};

function version(configured: TlsVersion | undefined, otherwise: SecureVersion): SecureVersion {
  return configured ? VERSIONS[configured] : otherwise;
}

function badCertificate({ path, name }: NormalListener, error: unknown): Diagnostic {
  const { code, message, path: file } = error as NodeJS.ErrnoException;
  const reason = file === undefined ? (code ?? message) : `${code} ${file}`;
  return {
    severity: 'warning',
    code: 'InvalidCertificateRef',
    path: `${path}.tls`,
    message: `the certificate of listener \`${name}\` cannot be used (${reason}): its handshakes will fail`,
    hint: 'give a certificate and its key in PEM; paths are relative to the directory that the gateway is started in',
  };
}

function itself<T>(value: T): T {
  return value;
}
