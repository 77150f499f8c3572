import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import {
  Client,
  credentials,
  type requestCallback,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { denying, extAuthServer } from '../support/ext-auth-server';
import { rawUpstream } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const METHOD = '/echo.Echo/Say';
const same = (bytes: Buffer) => bytes;

function grpcClient(port: number): Client {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

/** What a client of one message gets. */
function unary(port: number): Promise<ServiceError | null> {
  return new Promise((resolve) => {
    const told: requestCallback<Buffer> = (error) => resolve(error);
    grpcClient(port).makeUnaryRequest(METHOD, same, same, Buffer.from('hello'), told);
  });
}

/** What a client gets that has not sent its last message. */
function streaming(port: number): Promise<ServiceError> {
  return new Promise((resolve) => {
    const call = grpcClient(port).makeBidiStreamRequest(METHOD, same, same);
    call.on('error', (error) => resolve(error as ServiceError));
    call.on('data', () => {});
    call.write(Buffer.from('hello'));
  });
}

const CALLS = { unary, streaming };

/** Answers every call by its head alone. */
async function refusingUpstream(): Promise<number> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': '5',
        'grpc-message': 'gone',
      },
      { endStream: true },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe.each(['unary', 'streaming'] as const)(
  'a gRPC client (%s) is told why it is refused',
  (kind) => {
    const call = CALLS[kind];

    it('by an authorization service', async () => {
      const service = await extAuthServer(() => denying());
      const policies = `{extAuthz: {host: '127.0.0.1:${service.port}', protocol: {grpc: {}}, failureMode: deny}}`;
      const gateway = await runGateway(routeTo((await rawUpstream()).port, policies));
      expect(await call(gateway.port())).toMatchObject({ code: status.PERMISSION_DENIED });
    });

    it('by a rule', async () => {
      const policies = `{authorization: {rules: ['request.method == "GET"']}}`;
      const gateway = await runGateway(routeTo((await rawUpstream()).port, policies));
      expect(await call(gateway.port())).toMatchObject({ code: status.PERMISSION_DENIED });
    });

    it('by a missing key', async () => {
      const policies = '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}';
      const gateway = await runGateway(routeTo((await rawUpstream()).port, policies));
      expect(await call(gateway.port())).toMatchObject({ code: status.UNAUTHENTICATED });
    });

    it('by the upstream', async () => {
      const gateway = await runGateway(
        routeTo(await refusingUpstream(), '{}', '{http: {version: HTTP/2.0}}'),
      );
      expect(await call(gateway.port())).toMatchObject({ code: status.NOT_FOUND, details: 'gone' });
    });
  },
);
