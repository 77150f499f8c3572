import type { BodySource, HeaderList, UpstreamRequest } from '../../effects';
import type { EndToEnd } from '../../http/hop-by-hop';
import type { Answer } from '../answer';
import type { RequestContext } from '../request-context';
import { upstreamAuthority } from './authority';
import type { Backend, BackendExchange } from './backend';
import type { Endpoint, OutgoingRequest } from './endpoint';

/** A host: gets requests as they are, and its answers pass untouched. */
export class HostBackend implements Backend {
  constructor(private readonly endpoint: Endpoint) {}

  open(client: RequestContext, endToEnd: EndToEnd): BackendExchange {
    return new HostExchange(this.endpoint, client, endToEnd);
  }
}

class HostExchange implements BackendExchange {
  readonly protocol = 'http';
  readonly tooLarge = undefined;
  readonly stopped = undefined;

  constructor(
    readonly endpoint: Endpoint,
    private readonly client: RequestContext,
    private readonly endToEnd: EndToEnd,
  ) {}

  nextTry(body: BodySource | Uint8Array | null): UpstreamRequest | Answer {
    const { endpoint, client, endToEnd } = this;
    const { setCredential, modifyRequest, redirect } = endpoint;
    const answer = redirect?.(client);
    if (answer && !(answer instanceof Promise)) return answer;
    const outgoing = hostRequest(endpoint.hostname, client, endToEnd, body);
    setCredential?.(outgoing, client);
    modifyRequest?.(outgoing.headers);
    return outgoing;
  }

  heard(): void {}

  begin(_status: number, headers: HeaderList): HeaderList {
    return headers;
  }

  push(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  end(): Uint8Array {
    return NOTHING;
  }

  close(): undefined {}
}

const NOTHING = new Uint8Array();
const NO_FIELDS: HeaderList = [];
const TE_TRAILERS: HeaderList = ['te', 'trailers'];

/** The client's request as a host gets it. */
export function hostRequest(
  hostname: string | undefined,
  client: RequestContext,
  { upgrade, acceptsTrailers }: EndToEnd,
  body: BodySource | Uint8Array | null,
): OutgoingRequest {
  const { method, path, query, headers } = client;
  return {
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: [
      'host',
      upstreamAuthority(hostname, client),
      ...headers,
      ...(acceptsTrailers ? TE_TRAILERS : NO_FIELDS),
    ],
    body: upgrade === undefined ? body : null,
    upgrade,
  };
}
