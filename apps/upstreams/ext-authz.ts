import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import {
  type CheckAnswer,
  type CheckedRequest,
  readCheckRequest,
  writeCheckResponse,
} from './ext-authz-messages';
import type { Upstream } from './upstream';

/**
 * Stands in for the authorization service of Istio's samples: it lets in requests that say `x-ext-authz: allow`, and tells
 * by headers what it has decided.
 */
export function createExtAuthz(): Upstream {
  return new ExtAuthz();
}

const CHECK: ServiceDefinition = {
  check: {
    path: '/envoy.service.auth.v3.Authorization/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (request: Buffer) => request,
    requestDeserialize: readCheckRequest,
    responseSerialize: (answer: CheckAnswer) => Buffer.from(writeCheckResponse(answer)),
    responseDeserialize: (answer: Buffer) => answer,
  },
};

export function decide({ method, host, path, headers }: CheckedRequest): CheckAnswer {
  const seen = [
    ['x-ext-authz-check-received', `${method} ${host}${path}`],
    ['x-ext-authz-additional-header-override', 'grpc-additional-header-override-value'],
  ] as const;
  if (headers.get('x-ext-authz') === 'allow')
    return { allowed: true, headers: [['x-ext-authz-check-result', 'allowed'], ...seen] };
  return {
    allowed: false,
    status: 403,
    headers: [['content-type', 'text/plain'], ['x-ext-authz-check-result', 'denied'], ...seen],
    body: 'denied by ext_authz for not found header `x-ext-authz: allow` in the request',
  };
}

/** A gRPC server with the life of an HTTP server of Node's. */
class ExtAuthz extends EventEmitter implements Upstream {
  private readonly server = new Server();
  private port = 0;

  constructor() {
    super();
    this.server.addService(CHECK, {
      check: (
        { request }: { request: CheckedRequest },
        answer: (error: null, value: CheckAnswer) => void,
      ) => answer(null, decide(request)),
    });
  }

  listen(port: number, host: string, listening: () => void): void {
    const credentials = ServerCredentials.createInsecure();
    this.server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
      if (error) return void this.emit('error', error);
      this.port = bound;
      listening();
    });
  }

  address(): AddressInfo {
    return { address: '127.0.0.1', family: 'IPv4', port: this.port };
  }

  close(): void {
    this.server.tryShutdown(() => {});
  }

  closeAllConnections(): void {
    this.server.forceShutdown();
  }
}
