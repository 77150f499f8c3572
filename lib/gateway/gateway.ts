import type { NormalDocument } from '../standalone/normal-document';
import { Exchange, type ExchangeHost } from './exchange';
import {
  GatheringReply,
  type InProcessRequest,
  type InProcessResponse,
  toGatewayRequest,
} from './in-process';
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

  /**
   * Answers a request that comes from no connection: every policy applies as it does on a port.
   *
   * @example
   * const answer = await gateway.handle({ url: 'http://www.example.com/headers' });
   */
  handle(request: InProcessRequest): Promise<InProcessResponse> {
    const { binds } = this.document;
    const reply = new GatheringReply();
    this.serve(toGatewayRequest(request, binds.length === 1 ? binds[0].port : undefined), reply);
    return reply.response;
  }
}
