import { createServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from './certificate';

/** Listens on loopback until the test ends; whatever it still holds is cut off then. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** What reached an upstream in clear, and how its handshakes went. */
export interface SecureUpstream {
  readonly port: number;
  readonly handshakes: readonly TLSSocket[];
  /** Of each handshake, whether it was a short one. */
  readonly resumed: readonly boolean[];
  readonly requests: readonly string[];
}

/** An ordinary upstream of HTTP/1.1 over TLS, which says hello. */
export async function httpsUpstream(
  { cert, key }: TestCertificate,
  options: TlsOptions = {},
): Promise<SecureUpstream> {
  const handshakes: TLSSocket[] = [];
  const resumed: boolean[] = [];
  const requests: string[] = [];
  const server = createServer({ cert, key, ...options }, (request, response) => {
    requests.push(`${request.method} ${request.headers.host} ${request.url}`);
    response.end('hello');
  });
  server.on('secureConnection', (socket) => {
    handshakes.push(socket);
    resumed.push(socket.isSessionReused());
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(server), handshakes, resumed, requests };
}
