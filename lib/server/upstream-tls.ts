import { isIP, type NetConnectOpts } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { UpstreamAddress, UpstreamTls } from '../effects';
import { UNUSABLE_TLS } from './upstream-error';

/** Opens TLS connections to one upstream, and remembers its sessions, so that later handshakes are shorter. */
export class UpstreamTlsClient {
  readonly #options: ConnectionOptions;
  readonly #tickets: Buffer[] = [];
  #context: SecureContext | undefined;

  /** `host` is the name that the configuration calls the upstream by, wherever it really is. */
  constructor(
    private readonly tls: UpstreamTls,
    host: string,
    private readonly httpVersion: UpstreamAddress['httpVersion'],
  ) {
    const name = (tls.serverName ?? host).replace(/\.$/, '');
    this.#options = {
      // Names only (RFC 6066 §3).
      servername: isIP(name) ? '' : name,
      ALPNProtocols: [...(tls.alpn ?? [PROTOCOLS[httpVersion]])],
      // Said also where it is the default, which the environment may turn off.
      rejectUnauthorized: verifiesChain(tls),
      checkServerIdentity: identityCheck(tls, name),
    };
  }

  /** @throws Error where the certificate, the key or the authorities cannot be used */
  open(place: NetConnectOpts): TLSSocket {
    this.#context ??= secureContext(this.tls);
    const ticket = this.#tickets.pop();
    const socket = connect({
      ...place,
      ...this.#options,
      secureContext: this.#context,
      session: ticket,
    });
    this.#remember(socket, ticket);
    return socket;
  }

  /** Whether the upstream speaks the version of HTTP that it is spoken to in: one that chooses none speaks HTTP/1.1. */
  accepts({ alpnProtocol }: TLSSocket): boolean {
    return (alpnProtocol === PROTOCOLS['HTTP/2.0']) === (this.httpVersion === 'HTTP/2.0');
  }

  /** Sessions of peers that were not verified are forgotten: resuming one would not verify it again. */
  #remember(socket: TLSSocket, used: Buffer | undefined): void {
    let verified = false;
    let early: Buffer | undefined;
    socket.on('session', (ticket: Buffer) => {
      if (verified) this.#keep(ticket);
      else early = ticket;
    });
    socket.once('secureConnect', () => {
      verified = true;
      const again = socket.getProtocol() === 'TLSv1.2' && socket.isSessionReused();
      const ticket = early ?? (again ? used : undefined);
      if (ticket) this.#keep(ticket);
    });
  }

  #keep(ticket: Buffer): void {
    this.#tickets.push(ticket);
    if (this.#tickets.length > MAX_TICKETS) this.#tickets.shift();
  }
}

/** What the versions of HTTP are called in a handshake (RFC 7301 §6, RFC 9113 §3.1). */
const PROTOCOLS = { 'HTTP/1.1': 'http/1.1', 'HTTP/2.0': 'h2' } as const;

/** With TLS 1.3 each is used once (RFC 8446 §C.4), so that a few connections at a time can resume. */
const MAX_TICKETS = 8;

function secureContext({ roots, cert, key }: UpstreamTls): SecureContext {
  try {
    return createSecureContext({ ca: roots, cert, key, minVersion: 'TLSv1.2' });
  } catch {
    // What OpenSSL says of a key is for nobody's log.
    throw Object.assign(new Error('the certificates cannot be used'), { code: UNUSABLE_TLS });
  }
}

// ------------------------------------------------------------ who the upstream is

/** With both switches the one that checks more wins, as in agentgateway. */
function verifiesChain({ insecure, insecureHost }: UpstreamTls): boolean {
  return !insecure || insecureHost === true;
}

type IdentityCheck = NonNullable<ConnectionOptions['checkServerIdentity']>;

/** Tells whether a certificate is that of the upstream; it does not throw, whatever stands in one. */
export function identityCheck(tls: UpstreamTls, name: string): IdentityCheck {
  if (tls.insecureHost || tls.insecure) return () => undefined;
  const names = tls.subjectAltNames ?? [];
  const accepted = names.length > 0 ? names : [name];
  return (_host, certificate) =>
    accepted.some((candidate) => bears(certificate, candidate))
      ? undefined
      : Object.assign(new Error('no name of the certificate fits'), {
          code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        });
}

/** Whether a certificate was made out to a name: a URI as it stands, else a host name or an address (RFC 9525 §6.3). */
function bears(certificate: PeerCertificate, name: string): boolean {
  const { subjectaltname } = certificate;
  if (subjectaltname === undefined || name === '') return false;
  try {
    if (name.includes('://')) return uris(subjectaltname).includes(name);
    // Where no host is among the names, Node would take the subject's common name for one (RFC 9525 §2 forbids it).
    const unnamed = { ...certificate, subject: { ...certificate.subject, CN: '' } };
    return checkServerIdentity(name, unnamed) === undefined;
  } catch {
    // Names that cannot be read are thrown, here where nobody would catch it.
    return false;
  }
}

/** `DNS:a.test, URI:spiffe://td/ns/a`; what holds a comma or a quotation mark stands in quotation marks. */
const ALTERNATIVE_NAME = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;

function uris(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    ALTERNATIVE_NAME.lastIndex = at;
    const match = ALTERNATIVE_NAME.exec(text);
    if (!match) return [];
    const [entry, kind, value] = match;
    if (kind === 'URI') found.push(value.startsWith('"') ? JSON.parse(value) : value);
    at += entry.length;
  }
  return found;
}
