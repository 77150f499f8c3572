import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { callWhole } from '../../lib/gateway/whole-call';
import { UpstreamPools } from '../../lib/server/upstreams';

const IN_FLIGHT = 1_000;
const CALLS = 15_000;

it('a call over HTTP/2 is not overtaken again and again while others keep coming', async () => {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.resume();
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const pools = new UpstreamPools({ connectTimeoutMs: 5_000, poolIdleTimeoutMs: 60_000 });
  onTestFinished(() => {
    pools.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const upstream = pools.open({ host: '127.0.0.1', port, httpVersion: 'HTTP/2.0' });
  // Of such bodies the connection's window holds no whole number.
  const request = {
    method: 'POST',
    path: '/',
    headers: ['host', 'a.test'],
    body: Buffer.alloc(261),
  };
  const options = { timeoutMs: 60_000, maxBytes: 100, repeatable: false };
  let begun = 0;
  let ended = 0;
  let overtaken = 0;
  const caller = async () => {
    while (begun++ < CALLS) {
      const endedBefore = ended;
      expect(await callWhole(upstream, request, options)).toMatchObject({ status: 200 });
      ended++;
      overtaken = Math.max(overtaken, ended - endedBefore);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  expect(ended).toBe(CALLS);
  expect(overtaken).toBeLessThan(4 * IN_FLIGHT);
}, 60_000);
