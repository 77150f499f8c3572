import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { UpstreamError } from '../effects';
import { certificateError, HANDSHAKE_ENDED, upstreamError } from './upstream-error';
import type { UpstreamTlsClient } from './upstream-tls';

export interface DialerOptions {
  readonly place: NetConnectOpts;
  /** @default - connections are not encrypted */
  readonly tls?: UpstreamTlsClient;
  /** Until requests may be sent, a handshake included. */
  readonly timeoutMs: number;
}

/** Told how opening a connection ended: once, and never before `dial` has returned. */
export interface DialOutcome {
  opened(socket: Socket): void;
  failed(error: UpstreamError): void;
}

/** Opens connections to one upstream. */
export class Dialer {
  constructor(private readonly options: DialerOptions) {}

  get isSecure(): boolean {
    return this.options.tls !== undefined;
  }

  /**
   * Opens a connection. Nothing may be written to it before it is opened: only then it is known who reads.
   *
   * @throws Error where a certificate, a key or authorities cannot be used
   */
  dial(outcome: DialOutcome): Socket {
    const { place, tls, timeoutMs } = this.options;
    const socket = tls ? tls.open(place) : connect(place);
    return new Opening(socket, tls, timeoutMs, outcome).socket;
  }
}

/** A connection until it may be used. */
class Opening {
  readonly #timer: NodeJS.Timeout;
  #isHandshaking = false;

  constructor(
    readonly socket: Socket,
    private readonly tls: UpstreamTlsClient | undefined,
    timeoutMs: number,
    private readonly outcome: DialOutcome,
  ) {
    this.#timer = setTimeout(() => this.#fail(this.#isHandshaking ? SLOW : UNREACHED), timeoutMs);
    socket.once('connect', this.#connected);
    socket.once('secureConnect', this.#opened);
    socket.once('error', this.#broken);
    socket.once('close', this.#closed);
  }

  readonly #connected = (): void => {
    if (this.tls) this.#isHandshaking = true;
    else this.#opened();
  };

  readonly #opened = (): void => {
    const { socket, tls } = this;
    if (socket instanceof TLSSocket && !tls?.accepts(socket)) return this.#fail(OTHER_PROTOCOL);
    this.#settle();
    this.outcome.opened(socket);
  };

  readonly #broken = (error: Error): void => {
    const { socket } = this;
    const unverified = socket instanceof TLSSocket && Boolean(socket.authorizationError);
    const meaning = unverified ? certificateError(error) : upstreamError(error);
    this.#fail(this.#isHandshaking && meaning.kind === 'reset' ? HANDSHAKE_ENDED : meaning);
  };

  readonly #closed = (): void => this.#fail(HANDSHAKE_ENDED);

  #fail(error: UpstreamError): void {
    this.#settle();
    // What else goes wrong with it is nobody's concern.
    this.socket.on('error', () => {});
    this.socket.destroy();
    this.outcome.failed(error);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.socket.off('connect', this.#connected);
    this.socket.off('secureConnect', this.#opened);
    this.socket.off('error', this.#broken);
    this.socket.off('close', this.#closed);
  }
}

const UNREACHED: UpstreamError = { kind: 'connect', message: 'connection timed out' };
const SLOW: UpstreamError = { kind: 'connect', message: 'the TLS handshake timed out' };
/** Known by its identity: nothing was sent. */
export const OTHER_PROTOCOL: UpstreamError = {
  kind: 'protocol',
  message: 'the upstream chose another version of HTTP',
};
