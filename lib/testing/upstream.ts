import type {
  Upstream,
  UpstreamAddress,
  UpstreamHandler,
  UpstreamRequest,
  Upstreams,
} from '../effects';
import { joinedFields } from '../gateway/in-process';

/** A request as an upstream got it. */
export interface ForwardedRequest {
  /** `httpbin.httpbin.svc.cluster.local:8000`. */
  readonly upstream: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an upstream answers. */
export interface UpstreamAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - empty */
  readonly body?: string;
}

/** An upstream of a test. */
export type TestUpstream = (request: ForwardedRequest) => UpstreamAnswer;

/** Upstreams by `host:port`; a Service may be written short, `httpbin.httpbin:8000`. Others refuse connections. */
export class TestUpstreams implements Upstreams {
  readonly requests: ForwardedRequest[] = [];

  constructor(private readonly upstreams: Readonly<Record<string, TestUpstream>>) {}

  open(address: UpstreamAddress): Upstream {
    const endpoint = address.socketPath
      ? `unix:${address.socketPath}`
      : `${address.host}:${address.port}`;
    const answer = this.#find(address, endpoint);
    return {
      endpoint,
      send: (request, handler) => {
        if (answer) this.#answer(endpoint, answer, request, handler);
        else handler.onError({ kind: 'connect', message: 'connection refused' });
      },
    };
  }

  #find({ host, port }: UpstreamAddress, endpoint: string): TestUpstream | undefined {
    const service = /^([^.]+\.[^.]+)\.svc\./.exec(host)?.[1];
    const names = service ? [endpoint, `${service}:${port}`] : [endpoint];
    const name = names.find((candidate) => Object.hasOwn(this.upstreams, candidate));
    return name === undefined ? undefined : this.upstreams[name];
  }

  #answer(
    upstream: string,
    answer: TestUpstream,
    request: UpstreamRequest,
    handler: UpstreamHandler,
  ): void {
    handler.onStart(() => {});
    readBody(request.body, (body) => {
      const { method, path } = request;
      const forwarded: ForwardedRequest = {
        upstream,
        method,
        path,
        headers: joinedFields(request.headers),
        body,
      };
      this.requests.push(forwarded);
      const { status = 200, headers = {}, body: text = '' } = answer(forwarded);
      const bytes = Buffer.from(text);
      handler.onHeaders(
        status,
        [...Object.entries(headers).flat(), 'content-length', String(bytes.length)],
        () => {},
      );
      if (bytes.length > 0) handler.onData(bytes);
      handler.onComplete([]);
    });
  }
}

function readBody(body: UpstreamRequest['body'], done: (text: string) => void): void {
  if (body === null) return done('');
  if (body instanceof Uint8Array) return done(Buffer.from(body).toString('utf8'));
  const chunks: Uint8Array[] = [];
  body.on('data', (chunk) => chunks.push(chunk));
  body.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}
