import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { StreamClient } from '../../bench/harness/first-byte';

it('tells the first event of a stream from its end, one stream after another', async () => {
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
    setTimeout(() => response.end('data: last\n\n'), 300);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const client = await StreamClient.connect({ port, path: '/', headers: {}, body: '{}' });
  for (let each = 0; each < 2; each++) {
    const started = performance.now();
    const first = await client.firstEventMs();
    const whole = performance.now() - started;
    expect(whole).toBeGreaterThan(290);
    expect(first).toBeLessThan(whole - 100);
  }
  client.close();
  expect(sockets.size).toBe(1);
});
