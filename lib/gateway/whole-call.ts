import type {
  DuplexSocket,
  HeaderList,
  Upstream,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
} from '../effects';

/** An answer that was waited for to its end. */
export interface GatheredAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly trailers: HeaderList;
}

/** Why there is no answer, without addresses: logs show it. */
export interface CallFailure {
  readonly failure: string;
  /** Of an answer that has begun. @default - none has */
  readonly status?: number;
  /** Whether there is an answer, and more of it than is read. @default false */
  readonly tooLong?: boolean;
}

export interface WholeCallOptions {
  /** From asking to the last byte. */
  readonly timeoutMs: number;
  /** Of the answer's body. */
  readonly maxBytes: number;
  /** Whether it may be sent once more where the connection breaks under it. */
  readonly repeatable: boolean;
}

/** Asks an upstream and waits for the whole answer. It always comes to an end, and never rejects. */
export function callWhole(
  upstream: Upstream,
  request: UpstreamRequest,
  options: WholeCallOptions,
): Promise<GatheredAnswer | CallFailure> {
  return new Promise((settle) => new WholeCall(upstream, request, options, settle).start());
}

/** All tries of a call, which share its time. */
class WholeCall {
  #timer: NodeJS.Timeout | undefined;
  #try: Try | undefined;
  #repeated = false;

  constructor(
    private readonly upstream: Upstream,
    private readonly request: UpstreamRequest,
    private readonly options: WholeCallOptions,
    private readonly settle: (result: GatheredAnswer | CallFailure) => void,
  ) {}

  get maxBytes(): number {
    return this.options.maxBytes;
  }

  start(): void {
    const { timeoutMs } = this.options;
    this.#timer = setTimeout(
      () => this.#giveUp(`no answer within ${timeoutMs} milliseconds`),
      timeoutMs,
    );
    this.#send();
  }

  completed(answer: GatheredAnswer): void {
    clearTimeout(this.#timer);
    this.settle(answer);
  }

  failed({ kind, message, tooLong }: UpstreamError): void {
    if (kind === 'reset' && this.options.repeatable && !this.#repeated) {
      this.#repeated = true;
      return this.#send();
    }
    this.#giveUp(message, tooLong);
  }

  tooLarge(): void {
    this.#giveUp(`the answer is larger than ${this.maxBytes} bytes`, true);
  }

  #send(): void {
    this.#try = new Try(this);
    this.upstream.send(this.request, this.#try);
  }

  #giveUp(failure: string, tooLong = false): void {
    clearTimeout(this.#timer);
    this.#try?.drop();
    this.settle({ failure, status: this.#try?.status, tooLong });
  }
}

class Try implements UpstreamHandler {
  #abort: ((reason: Error) => void) | undefined;
  #status: number | undefined;
  #headers: HeaderList = [];
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #over = false;

  constructor(private readonly call: WholeCall) {}

  /** @default - no answer has begun */
  get status(): number | undefined {
    return this.#status;
  }

  /** Ends it; nothing is told afterwards. */
  drop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort?.(new Error('the call was given up'));
  }

  onStart(abort: (reason: Error) => void): void {
    this.#abort = abort;
    if (this.#over) abort(new Error('the call was given up'));
  }

  onHeaders(status: number, headers: HeaderList): void {
    this.#status = status;
    this.#headers = headers;
  }

  onData(chunk: Uint8Array): boolean {
    if (this.#over) return true;
    this.#size += chunk.length;
    if (this.#size > this.call.maxBytes) this.call.tooLarge();
    else this.#chunks.push(chunk);
    return true;
  }

  onComplete(trailers: HeaderList): void {
    if (this.#over) return;
    this.#over = true;
    const body = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.call.completed({ status: this.#status ?? 0, headers: this.#headers, body, trailers });
  }

  onError(error: UpstreamError): void {
    if (this.#over) return;
    this.#over = true;
    this.call.failed(error);
  }

  onUpgrade(_status: number, _headers: HeaderList, socket: DuplexSocket): void {
    socket.destroy();
    this.onError({ kind: 'protocol', message: 'invalid message' });
  }
}
