import type {
  DuplexSocket,
  HeaderList,
  Upstream,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../effects';
import type { ErrorCode } from './errors';

/** Who is told how one try went. Exactly one of `respond`, `switched` and `failed` comes first, and only `failed` may follow. */
export interface CallObserver {
  /** Answers whether the answer is taken; when not, the call is dropped and another try follows. */
  respond(status: number, headers: HeaderList): boolean;
  write(chunk: Uint8Array): boolean;
  onDrain(listener: () => void): void;
  finish(trailers: HeaderList): void;
  switched(status: number, headers: HeaderList, socket: DuplexSocket): void;
  failed(code: ErrorCode, detail: string | undefined): void;
}

/** Which answer a failed connection leads to. */
const FAILURES: Readonly<Record<UpstreamError['kind'], ErrorCode>> = {
  connect: 'upstreamFailed',
  reset: 'upstreamFailed',
  protocol: 'upstreamFailed',
  aborted: 'upstreamFailed',
  timeout: 'upstreamTimeout',
  dns: 'dnsFailed',
  upgrade: 'upgradeFailed',
};

/** One try at an upstream: sends, keeps the time, and passes the answer on. */
export class UpstreamCall implements UpstreamHandler {
  #abort: ((reason: Error) => void) | undefined;
  #resume: () => void = nothing;
  #timer: NodeJS.Timeout | undefined;
  #done = false;

  constructor(private readonly observer: CallObserver) {}

  send(upstream: Upstream, request: UpstreamRequest, timeoutMs: number | undefined): void {
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#timeOut(), timeoutMs);
    upstream.send(request, this);
  }

  /** Ends the try; nothing is told to the observer afterwards. */
  cancel(): void {
    this.#settle();
    this.#abort?.(new Error('the call was cancelled'));
  }

  onStart(abort: (reason: Error) => void): void {
    this.#abort = abort;
    if (this.#done) abort(new Error('the call was cancelled'));
  }

  onHeaders(status: number, headers: HeaderList, resume: () => void): void {
    if (this.#done) return;
    clearTimeout(this.#timer);
    this.#resume = resume;
    if (!this.observer.respond(status, headers)) this.cancel();
  }

  onData(chunk: Uint8Array): boolean {
    if (this.#done || this.observer.write(chunk)) return true;
    this.observer.onDrain(this.#resume);
    return false;
  }

  onComplete(trailers: HeaderList): void {
    if (this.#done) return;
    this.#settle();
    this.observer.finish(trailers);
  }

  onUpgrade(status: number, headers: HeaderList, socket: DuplexSocket): void {
    if (this.#done) {
      socket.destroy();
      return;
    }
    this.#settle();
    this.observer.switched(status, headers, socket);
  }

  onError(error: UpstreamError): void {
    if (this.#done) return;
    this.#settle();
    const code = FAILURES[error.kind];
    this.observer.failed(code, code === 'upstreamFailed' ? error.message : undefined);
  }

  #timeOut(): void {
    if (this.#done) return;
    this.cancel();
    this.observer.failed('upstreamTimeout', undefined);
  }

  #settle(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }
}

function nothing(): void {}

/** How long a mirror may keep its connection. */
const MIRROR_MS = 30_000;

/** Asks without caring for the answer: a mirror. */
export function sendAndForget(send: (handler: UpstreamHandler) => void): void {
  send(new Forgotten());
}

class Forgotten implements UpstreamHandler {
  #timer: NodeJS.Timeout | undefined;

  onStart(abort: (reason: Error) => void): void {
    this.#timer = setTimeout(() => abort(new Error('the mirror took too long')), MIRROR_MS).unref();
  }
  onHeaders(): void {}
  onData(): boolean {
    return true;
  }
  onComplete(): void {
    clearTimeout(this.#timer);
  }
  onError(): void {
    clearTimeout(this.#timer);
  }
  onUpgrade(_status: number, _headers: HeaderList, socket: DuplexSocket): void {
    clearTimeout(this.#timer);
    socket.destroy();
  }
}
