import type { HeaderList } from '../../effects';
import { type CelValue, MapView } from '../value';
import { HeaderView } from './header-view';

/** A response as the gateway holds it. */
export interface ResponseData {
  readonly code: number;
  /** @default - the answer is not one of gRPC */
  readonly grpcStatus?: number;
  readonly headers: HeaderList;
  /** The whole of it. @default - nothing has read it, or it was too long to keep */
  readonly body?: Uint8Array;
  /** The body as far as it was kept. @default - `body` */
  readonly bodyPrefix?: Uint8Array;
}

/** `response`, over the response itself. */
export class ResponseView extends MapView {
  private headers: HeaderView | undefined;

  constructor(private readonly data: ResponseData) {
    super();
  }

  get(key: CelValue): unknown {
    switch (key) {
      case 'code':
        return this.data.code;
      case 'grpcStatus':
        return this.data.grpcStatus;
      case 'headers':
        this.headers ??= new HeaderView(this.data.headers);
        return this.headers;
      case 'body':
        return this.data.body ?? null;
      case 'bodyPrefix':
        return this.data.bodyPrefix ?? this.data.body ?? null;
      default:
        return undefined;
    }
  }

  *keys(): Iterable<CelValue> {
    for (const name of NAMES) if (this.get(name) !== undefined) yield name;
  }
}

const NAMES = ['code', 'grpcStatus', 'headers', 'body', 'bodyPrefix'];
