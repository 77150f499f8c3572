import type { HeaderList } from '../../effects';
import { type CelValue, MapView } from '../value';
import { HeaderView } from './header-view';

/** A request as the gateway holds it. */
export interface RequestData {
  readonly method: string;
  readonly scheme: string;
  /** With the port where one was given: `example.com:8080`. */
  readonly authority: string;
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
  /** `HTTP/1.1`, `HTTP/2.0`. */
  readonly version: string;
  readonly headers: HeaderList;
  /** The whole of it. @default - nothing has read it, or it was too long to keep */
  readonly body?: Uint8Array;
  /** The body as far as it was kept. @default - `body` */
  readonly bodyPrefix?: Uint8Array;
  /** In milliseconds since 1970. @default - unknown */
  readonly startTime?: number;
  /** In milliseconds since 1970. @default - it has not ended */
  readonly endTime?: number;
}

/** `request`, over the request itself: what nothing reads is not made. */
export class RequestView extends MapView {
  private headers: HeaderView | undefined;

  constructor(private readonly data: RequestData) {
    super();
  }

  get(key: CelValue): unknown {
    if (key === 'headers') {
      this.headers ??= new HeaderView(this.data.headers);
      return this.headers;
    }
    return typeof key === 'string' && Object.hasOwn(FIELDS, key)
      ? FIELDS[key](this.data)
      : undefined;
  }

  *keys(): Iterable<CelValue> {
    for (const name of NAMES) if (this.get(name) !== undefined) yield name;
  }
}

type Field = (data: RequestData) => unknown;

const FIELDS: Readonly<Record<string, Field>> = {
  method: ({ method }) => method,
  uri: (data) => `${data.scheme}://${data.authority}${pathAndQuery(data)}`,
  host: ({ authority }) => authority,
  scheme: ({ scheme }) => scheme,
  path: ({ path }) => path,
  pathAndQuery,
  version: ({ version }) => version,
  body: ({ body }) => body ?? null,
  bodyPrefix: ({ body, bodyPrefix }) => bodyPrefix ?? body ?? null,
  startTime: ({ startTime }) => timeOf(startTime),
  endTime: ({ endTime }) => timeOf(endTime),
};

const NAMES = ['headers', ...Object.keys(FIELDS)];

function pathAndQuery({ path, query }: RequestData): string {
  return query === '' ? path : `${path}?${query}`;
}

function timeOf(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
