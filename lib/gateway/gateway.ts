import type { NormalDocument } from '../standalone/document';
import { Exchange, type ExchangeHost } from './exchange';
import type { GatewayRequest, Reply } from './message';

/** A configuration that runs. It opens no port: a server, or a test, hands requests to it. */
export class Gateway {
  constructor(
    /** `namespace/name`. */
    readonly name: string,
    /** What it runs. */
    readonly document: NormalDocument,
    private readonly host: ExchangeHost,
  ) {}

  /** Runs one request to the end of its answer. */
  serve(request: GatewayRequest, reply: Reply): void {
    new Exchange(this.host, request, reply).run();
  }
}
