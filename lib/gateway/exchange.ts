import type { BodySource, DuplexSocket, HeaderList } from '../effects';
import { headerValue, removeHeader, setHeader } from '../http/header-list';
import { type EndToEnd, endToEndRequest, endToEndResponse } from '../http/hop-by-hop';
import type { AccessRecord } from '../telemetry/access-log';
import type { RequestMetrics } from '../telemetry/metrics';
import { type Answer, refusal } from './answer';
import { type Backend, type BackendExchange, isAnswer, type WholeAnswer } from './backends/backend';
import { hostRequest } from './backends/host';
import { REPLAY_LIMIT, readAhead } from './body';
import type { ErrorCode } from './errors';
import { changeHeader } from './ext-auth/header-change';
import { framed } from './framing';
import { asGrpc } from './grpc-answer';
import type { GatewayRequest, Reply } from './message';
import type { RequestPolicy, Verdict } from './policy';
import { type BodyStart, RequestContext } from './request-context';
import type { CompiledBackend, CompiledBind, CompiledListener, CompiledRoute } from './route';
import { readTarget } from './target';
import { type CallObserver, sendAndForget, UpstreamCall } from './upstream-call';

/** What every exchange needs of the gateway that runs it. */
export interface ExchangeHost {
  /** `namespace/name`. */
  readonly name: string;
  readonly maxHeaders: number;
  /** How much of a body is kept for what reads it. */
  readonly maxBufferSize: number;
  bind(port: number): CompiledBind | undefined;
  now(): number;
  random(): number;
  /** Path and query as they may be logged. */
  redact(target: string): string;
  log(record: AccessRecord): void;
  retried(route: string): void;
  /** For requests on a port that the configuration does not know. */
  readonly metrics: RequestMetrics;
}

/**
 * One request from its arrival to the end of its answer. The order of what happens: listener, gateway phase, route,
 * route phase, backend, tries. Every path ends in `#finish`, once, which writes the log line.
 */
export class Exchange implements CallObserver {
  readonly #startedAt: number;
  #endToEnd!: EndToEnd;
  #context!: RequestContext;
  #listener: CompiledListener | undefined;
  #route: CompiledRoute | undefined;
  #backend: BackendExchange | undefined;
  /** What is sent on: the client's, or what was read of it. */
  #body: BodySource | Uint8Array | null;
  #replayable = true;
  #call: UpstreamCall | undefined;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #host: string | undefined;
  #metrics: RequestMetrics;
  #status: number | undefined;
  #grpcStatus: number | undefined;
  #error: string | undefined;
  #reason: string | undefined;
  #answered = false;
  #finished = false;

  constructor(
    private readonly gateway: ExchangeHost,
    private readonly request: GatewayRequest,
    private readonly reply: Reply,
  ) {
    this.#startedAt = gateway.now();
    this.#body = request.body;
    this.#metrics = gateway.metrics;
  }

  run(): void {
    const { gateway, request } = this;
    this.reply.onClose(() => this.#clientGone());
    if (request.headers.length > 2 * gateway.maxHeaders) return this.#refuse('headersTooMany');
    this.#endToEnd = endToEndRequest(request.headers);
    if (hasUnclearLength(request, this.#endToEnd)) return this.#answer(UNCLEAR_LENGTH);
    const target = readTarget(request, this.#endToEnd);
    if (typeof target === 'string') return this.#refuse(target);
    this.#host = target.authority.host;
    const bind = gateway.bind(request.connection.port);
    if (!bind) return this.#refuse('bindNotFound');
    this.#metrics = bind.metrics;
    const listener = bind.listenerFor(target.authority.host);
    if (!listener) return this.#refuse('listenerNotFound');
    this.#listener = listener;
    this.#metrics = listener.metrics;
    if (request.method === 'CONNECT') return this.#refuse('methodNotAllowed');
    this.#context = new RequestContext(
      request.connection,
      request.method,
      request.connection.tls ? 'https' : 'http',
      target.authority,
      target.path,
      target.query,
      this.#endToEnd.headers,
      request.httpVersion,
      this.#startedAt,
      () => this.#readBody(),
      (limit) => this.#readBodyStart(limit),
    );
    this.#runPolicies(listener.policies, () => this.#enterRoute(bind, listener));
  }

  #enterRoute(bind: CompiledBind, listener: CompiledListener): void {
    const { sni } = this.request.connection;
    if (sni !== undefined && bind.listenerFor(sni) !== listener) return this.#refuse('misdirected');
    const { authority, path, query, method, headers } = this.#context;
    const found = listener.router.find({ host: authority.host, path, query, method, headers });
    if (!found) return this.#refuse('routeNotFound');
    const { route } = found;
    this.#route = route;
    this.#metrics = route.metrics;
    this.#context.matchedPrefix = found.prefix;
    if (route.requestTimeoutMs !== undefined) {
      this.#timer = setTimeout(() => this.#requestTimedOut(), route.requestTimeoutMs);
    }
    this.#runPolicies(route.policies, () => this.#enterBackend(route));
  }

  /** Runs policies in order; the first that answers ends it, and one that fails refuses: never past a policy. */
  #runPolicies(policies: readonly RequestPolicy[], next: () => void, from = 0): void {
    if (this.#finished) return;
    for (let i = from; i < policies.length; i++) {
      const verdict = this.#runPolicy(policies[i]);
      if (verdict === undefined) continue;
      if (!(verdict instanceof Promise)) return this.#answer(verdict);
      verdict.then(
        (answer) => (answer ? this.#answer(answer) : this.#runPolicies(policies, next, i + 1)),
        () => this.#refuse('policyFailed'),
      );
      return;
    }
    next();
  }

  #runPolicy(policy: RequestPolicy): Verdict | Promise<Verdict> {
    try {
      return policy(this.#context);
    } catch {
      return refusal('policyFailed');
    }
  }

  #enterBackend(route: CompiledRoute): void {
    const chosen = this.#chooseBackend(route);
    if (!chosen) return this.#refuse('noValidBackends');
    this.#metrics = chosen.metrics;
    const { backend, policies } = chosen;
    if (!backend) return this.#refuse('backendMissing');
    this.#runPolicies(policies, () => this.#openBackend(backend, route));
  }

  #openBackend(opened: Backend, route: CompiledRoute): void {
    const backend = opened.open(this.#context, this.#endToEnd);
    this.#backend = backend;
    this.#sendMirrors(route);
    if (backend.tooLarge) return this.#readWhole(backend.tooLarge);
    const body = this.#body;
    this.#replayable = body === null || body instanceof Uint8Array;
    if (this.#replayable || !route.retry) return this.#try();
    this.#readAhead(REPLAY_LIMIT, (whole) => {
      this.#replayable = whole !== undefined;
      this.#try();
    });
  }

  #readWhole(tooLarge: Answer): void {
    this.#readAhead(this.gateway.maxBufferSize, (whole) => {
      if (whole === undefined) return this.#answer(tooLarge);
      this.#body = whole;
      this.#context.body = whole;
      this.#try();
    });
  }

  /** Reads the body as far as it may be kept; `done` gets it where that is the whole of it. */
  #readAhead(limit: number, done: (whole: Uint8Array | undefined) => void): void {
    const body = this.#body;
    if (body === null || body instanceof Uint8Array) return done(body ?? EMPTY);
    readAhead(
      body,
      limit,
      (read) => {
        this.#body = 'whole' in read ? read.whole : read.rest;
        done('whole' in read ? read.whole : undefined);
      },
      () => this.#clientGone(),
    );
  }

  #readBody(): Promise<void> {
    return new Promise((settle) => {
      this.#readAhead(this.gateway.maxBufferSize, (whole) => {
        this.#context.body = whole;
        settle();
      });
    });
  }

  #readBodyStart(limit: number): Promise<BodyStart> {
    const body = this.#body;
    if (body === null || body instanceof Uint8Array) {
      const bytes = body ?? EMPTY;
      return Promise.resolve({ bytes, isWhole: bytes.length <= limit });
    }
    return new Promise((settle) => {
      readAhead(
        body,
        limit,
        (read) => {
          this.#body = 'whole' in read ? read.whole : read.rest;
          settle(
            'whole' in read
              ? { bytes: read.whole, isWhole: true }
              : { bytes: read.start, isWhole: false },
          );
        },
        () => this.#clientGone(),
      );
    });
  }

  /** By weight: backends that do not resolve keep their share, so that it is answered 500 (Gateway API, `BackendRef`). */
  #chooseBackend({ backends, totalWeight }: CompiledRoute): CompiledBackend | undefined {
    if (totalWeight === 0) return undefined;
    if (backends.length === 1) return backends[0];
    let point = this.gateway.random() * totalWeight;
    return backends.find((backend) => {
      point -= backend.weight;
      return point < 0;
    });
  }

  #sendMirrors({ mirrors }: CompiledRoute): void {
    for (const { share, upstream, hostname } of mirrors) {
      if (share < 1 && this.gateway.random() >= share) continue;
      const request = hostRequest(hostname, this.#context, this.#endToEnd, null);
      request.upgrade = undefined;
      removeHeader(request.headers, 'content-length');
      sendAndForget((handler) => upstream.send(request, handler));
    }
  }

  #try(): void {
    const backend = this.#backend;
    if (this.#finished || !backend) return;
    const made = backend.nextTry(this.#body);
    const { endpoint } = backend;
    if (isAnswer(made)) return this.#answer(made);
    if (!endpoint) return this.#refuse('noValidBackends');
    this.#metrics = endpoint.metrics;
    if (this.#attempt > 0) setHeader(made.headers, 'x-retry-attempt', String(this.#attempt));
    this.#call = new UpstreamCall(this);
    this.#call.send(endpoint.upstream, made, endpoint.timeoutMs ?? this.#route?.backendTimeoutMs);
  }

  // ------------------------------------------------------------ what the upstream answers

  respond(status: number, headers: HeaderList): boolean {
    const backend = this.#backend;
    if (!backend) return false;
    const fields = endToEndResponse(headers);
    backend.heard(status, fields);
    if (this.#mayRetry() && this.#route?.retry?.codes.has(status)) {
      this.#retry();
      return false;
    }
    const begun = backend.begin(status, fields);
    if (begun) this.#start(status, begun);
    else if (backend.stopped) this.#answer(backend.stopped);
    return !this.#finished;
  }

  write(chunk: Uint8Array): boolean {
    const backend = this.#backend;
    if (!backend) return true;
    const bytes = backend.push(chunk);
    const more = bytes.length === 0 || this.reply.write(bytes);
    if (backend.stopped) this.#stop(backend.stopped);
    return more;
  }

  /** What was written last has told the client why, if its answer has begun. */
  #stop(why: Answer): void {
    this.#call?.cancel();
    if (!this.#answered) return this.#answer(why);
    this.#note(why);
    this.reply.end();
    this.#finish();
  }

  onDrain(listener: () => void): void {
    this.reply.onDrain(listener);
  }

  finish(trailers: HeaderList): void {
    const rest = this.#backend?.end() ?? EMPTY;
    if (!(rest instanceof Uint8Array)) return this.#answerWhole(rest);
    if (rest.length > 0) this.reply.write(rest);
    if (this.#backend?.stopped) this.#note(this.#backend.stopped);
    if (trailers.length > 0) {
      this.#noteGrpcStatus(trailers);
      this.reply.endWithTrailers(trailers);
    } else {
      this.reply.end();
    }
    this.#finish();
  }

  #answerWhole(whole: WholeAnswer | Answer): void {
    if (isAnswer(whole)) return this.#answer(whole);
    const { status, headers, bytes } = whole;
    this.#sendWhole(status, headers, bytes);
    this.#finish();
  }

  switched(status: number, headers: HeaderList, socket: DuplexSocket): void {
    if (this.#finished) {
      socket.destroy();
      return;
    }
    clearTimeout(this.#timer);
    this.#backend?.heard(status, headers);
    this.#answered = true;
    this.#status = status;
    const fields = this.#responseHeaders(endToEndResponse(headers));
    this.reply.upgrade(status, fields, socket, () => this.#finish());
  }

  failed(code: ErrorCode, detail: string | undefined): void {
    this.#backend?.heard(undefined, NOTHING);
    if (this.#answered) return this.#breakOff(refusal(code, detail));
    if (this.#mayRetry()) return this.#retry();
    this.#refuse(code, detail);
  }

  #mayRetry(): boolean {
    return this.#replayable && this.#attempt < (this.#route?.retry?.attempts ?? 0);
  }

  #retry(): void {
    this.#attempt++;
    this.gateway.retried(this.#route?.name ?? '');
    const backoff = this.#route?.retry?.backoffMs ?? 0;
    if (backoff > 0) setTimeout(() => this.#try(), backoff);
    else setImmediate(() => this.#try());
  }

  // ------------------------------------------------------------ what the client gets

  #refuse(code: ErrorCode, detail?: string): void {
    this.#answer(refusal(code, detail));
  }

  #answer(answer: Answer): void {
    if (this.#answered || this.#finished) return;
    this.#note(answer);
    const { status, headers, body, bytes } = this.#isGrpc() ? asGrpc(answer) : answer;
    this.#sendWhole(status, headers, bytes ?? body);
    this.#dropBody();
    this.#finish();
  }

  #sendWhole(status: number, headers: HeaderList, whole: Uint8Array | string): void {
    const { body, length } = framed(status, whole);
    this.#start(status, [...headers, ...length]);
    if (typeof body === 'string') return this.reply.end(body);
    if (body.length > 0) this.reply.write(body);
    this.reply.end();
  }

  /** Nobody takes what is left; a client that sends all before it reads would never get to the answer. */
  #dropBody(): void {
    const body = this.#body;
    if (body !== null && !(body instanceof Uint8Array)) body.resume();
  }

  #note({ code, body, reason }: Answer): void {
    if (code) this.#error = body;
    this.#reason = reason;
  }

  #start(status: number, headers: HeaderList): void {
    clearTimeout(this.#timer);
    this.#answered = true;
    this.#status = status;
    this.#noteGrpcStatus(headers);
    this.reply.start(status, this.#responseHeaders(headers));
  }

  /** gRPC tells it in the trailers, or in the head of an answer without a body. */
  #noteGrpcStatus(fields: HeaderList): void {
    if (!this.#isGrpc()) return;
    const status = headerValue(fields, 'grpc-status');
    if (status !== undefined) this.#grpcStatus = Number(status);
  }

  #responseHeaders(headers: HeaderList): HeaderList {
    const context: RequestContext | undefined = this.#context;
    if (context === undefined) return headers;
    for (const modify of context.responseModifiers) modify(headers);
    this.#backend?.endpoint?.modifyResponse?.(headers);
    const { responseHeaders } = context;
    for (let i = 0; i < responseHeaders.length; i += 2) {
      setHeader(headers, responseHeaders[i], responseHeaders[i + 1]);
    }
    for (const change of context.responseChanges) changeHeader(headers, change);
    return headers;
  }

  #isGrpc(): boolean {
    const type = headerValue(this.#endToEnd?.headers ?? NOTHING, 'content-type');
    return type?.startsWith('application/grpc') ?? false;
  }

  #breakOff(answer: Answer): void {
    this.#note(answer);
    this.reply.abort();
    this.#finish();
  }

  #requestTimedOut(): void {
    if (this.#answered) return;
    if (this.#call) this.#backend?.heard(undefined, NOTHING);
    this.#call?.cancel();
    this.#replayable = false;
    this.#refuse('requestTimeout');
  }

  #clientGone(): void {
    if (this.#finished) return;
    this.#call?.cancel();
    this.#error = 'the client closed the connection';
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#timer);
    const { gateway, request } = this;
    const failure = this.#backend?.failure;
    // A client that has read why leaves.
    if (failure) this.#note(failure);
    const finishedAt = gateway.now();
    const durationMs = Math.max(0, finishedAt - this.#startedAt);
    const { endpoint, protocol = 'http' } = this.#backend ?? NO_BACKEND;
    const context: RequestContext | undefined = this.#context;
    const reason = this.#reason ?? (this.#error ? 'Internal' : undefined);
    this.#metrics.observe(request.method, this.#status, reason ?? 'unknown', durationMs / 1000);
    gateway.log({
      finishedAt,
      durationMs,
      gateway: gateway.name,
      listener: this.#listener?.name,
      route: this.#route?.name,
      endpoint: this.#call && endpoint?.upstream.endpoint,
      source: request.connection.source,
      method: request.method,
      host: this.#host,
      path: gateway.redact(request.target),
      version: request.httpVersion,
      status: this.#status,
      grpcStatus: this.#grpcStatus,
      sni: request.connection.sni,
      jwtSubject: subjectOf(this.#context),
      protocol,
      details: this.#backend?.close(finishedAt),
      extAuthFailure: context?.extAuthFailure,
      retryAttempt: this.#attempt || undefined,
      error: this.#error,
      reason,
    });
  }
}

/** Of a request that never got to its policies there is no context. */
function subjectOf(context: RequestContext | undefined): string | undefined {
  const subject = context?.jwt?.claims.sub;
  return typeof subject === 'string' ? subject : undefined;
}

/** Only chunked says where a body ends, and only since HTTP/1.1 (RFC 9112 §6.1): others may read it otherwise. */
function hasUnclearLength({ httpVersion }: GatewayRequest, { transferCoding }: EndToEnd): boolean {
  if (transferCoding === undefined) return false;
  return httpVersion !== 'HTTP/1.1' || transferCoding.toLowerCase() !== 'chunked';
}

/** What follows on the connection cannot be told from the body. */
const UNCLEAR_LENGTH: Answer = {
  ...refusal('badRequest'),
  headers: ['content-type', 'text/plain', 'connection', 'close'],
};

const EMPTY = new Uint8Array();
const NO_BACKEND: Partial<BackendExchange> = {};
const NOTHING: HeaderList = [];
