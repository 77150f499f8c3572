import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { random } from '../support/random';
import { rawClient } from '../support/raw-client';
import { rawUpstream, valuesOf } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const KEYS = '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}';
const AUTHORIZED = 'authorization: Bearer fake-key-for-tests\r\n';

const REQUESTS = [
  `GET /a?b=c HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}\r\n`,
  `POST /a HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}content-length: 5\r\n\r\nhello`,
  `POST /a HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  `GET /a HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}connection: upgrade\r\nupgrade: websocket\r\n\r\nframe`,
  `GET http://b.test/a HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}connection: close, x\r\nx: y\r\n\r\n`,
  `GET /refused HTTP/1.1\r\nhost: a.test\r\n\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x0a\x01\x25\0\0\0\x01\x82\x86\x84\x41\x06a.test',
];

const ODDITIES = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '#',
    '?',
    '/',
    '\xff',
    '-1',
    '0',
  ],
  ...[
    'content-length: 1\r\n',
    'transfer-encoding: chunked\r\n',
    'host: b.test\r\n',
    'expect: x\r\n',
  ],
  ...['connection: authorization\r\n', 'upgrade: h2c\r\n', 'HTTP/1.0', 'CONNECT ', '\x16\x03\x01'],
];

it('whatever bytes come, upstreams see whole requests with a good key only, and nothing is left behind', async () => {
  const uncaught = vi.fn();
  process.on('uncaughtExceptionMonitor', uncaught);
  onTestFinished(() => void process.off('uncaughtExceptionMonitor', uncaught));
  const next = random(1_200_526);
  const pick = (count: number) => Math.floor(next() * count);
  const upstream = await rawUpstream();
  const gateway = await runGateway(routeTo(upstream.port, KEYS));
  for (let round = 0; round < 60; round++) {
    const clients = await Promise.all(
      Array.from({ length: 10 }, async () => {
        let text = REQUESTS[pick(REQUESTS.length)] + REQUESTS[pick(REQUESTS.length)];
        for (let i = pick(4); i > 0; i--) {
          const at = pick(text.length);
          text =
            text.slice(0, at) +
            ODDITIES[pick(ODDITIES.length)] +
            text.slice(at + pick(2) * pick(8));
        }
        const client = await rawClient(gateway.port());
        const cut = pick(text.length);
        client.send(text.slice(0, cut));
        await setTimeout(pick(3));
        client.send(text.slice(cut));
        return client;
      }),
    );
    // Whoever asks after them is answered after what they have sent was read, however slow the machine.
    await answered(gateway.port(), '/after');
    for (const { socket } of clients) {
      if (pick(2) === 0) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
  // The strict reader of the upstream throws at what is no request; here is what it may have read.
  const lines = upstream.requests.map(({ line }) => line.split(' ')[1]);
  expect(lines.filter((path) => path !== '/after').length).toBeGreaterThan(100);
  expect(lines.filter((path) => path.startsWith('/refused'))).toEqual([]);
  const keys = upstream.requests.flatMap(({ fields }) => valuesOf(fields, 'authorization'));
  expect(keys).toEqual([]);
  expect(uncaught).not.toHaveBeenCalled();

  await answered(gateway.port(), '/last');
  await expect
    .poll(() => gateway.log.filter((line) => line.includes('http.path=/last')), { timeout: 10_000 })
    .toHaveLength(1);
  await gateway.runtime.drain();
  await expect
    .poll(() => upstream.sockets.every((socket) => socket.destroyed), { timeout: 10_000 })
    .toBe(true);
});

/** A client with a good key is served. */
async function answered(port: number, path: string): Promise<void> {
  const client = await rawClient(port);
  await client
    .send(`GET ${path} HTTP/1.1\r\nhost: a.test\r\n${AUTHORIZED}\r\n`)
    .until(/ok$/, 20_000);
  client.socket.destroy();
}
