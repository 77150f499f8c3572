import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { rawClient } from '../support/raw-client';
import { answering, rawUpstream } from '../support/raw-upstream';
import { type RunningGateway, routeTo, runGateway } from '../support/running-gateway';

const KEYS = '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}';
const KEY = { headers: { authorization: 'Bearer fake-key-for-tests' } };

/** Sends back what it gets, and closes when it is asked to. */
async function echo(): Promise<number> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, incoming) => {
    if (incoming.headers.authorization) socket.send('the key came through');
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (String(data) === 'close') socket.close(4001, 'as you wish');
      else if (String(data) === 'die') socket.terminate();
      else socket.send(data, { binary: isBinary });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

async function open(gateway: RunningGateway): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port()}/chat`, KEY);
  socket.on('error', () => {});
  onTestFinished(() => socket.terminate());
  await new Promise((opened, failed) => {
    socket.once('open', opened);
    socket.once('error', failed);
  });
  return socket;
}

function next(socket: WebSocket): Promise<Buffer> {
  return new Promise((resolve) => socket.once('message', (data) => resolve(data as Buffer)));
}

describe('a WebSocket', () => {
  it('carries messages both ways, and its key no further than the gateway', async () => {
    const gateway = await runGateway(routeTo(await echo(), KEYS));
    const socket = await open(gateway);
    for (const message of [Buffer.from('hello'), Buffer.alloc(3_000_000, 'x')]) {
      const answered = next(socket);
      socket.send(message);
      expect((await answered).equals(message)).toBe(true);
    }
    expect(gateway.log).toEqual([]);
    socket.close();
    expect(await gateway.logged(1)).toEqual([
      expect.stringMatching(
        / http\.path=\/chat http\.version=HTTP\/1\.1 http\.status=101 protocol=http$/,
      ),
    ]);
  });

  it('that its upstream closes tells the client why', async () => {
    const gateway = await runGateway(routeTo(await echo(), KEYS));
    const socket = await open(gateway);
    const closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve([code, `${reason}`])),
    );
    socket.send('close');
    expect(await closed).toEqual([4001, 'as you wish']);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it.each(['upstream', 'client'])('ends with both connections when its %s dies', async (who) => {
    const gateway = await runGateway(routeTo(await echo(), KEYS));
    const socket = await open(gateway);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (who === 'upstream') socket.send('die');
    else socket.terminate();
    await closed;
    expect(await gateway.logged(1)).toHaveLength(1);
    await gateway.runtime.drain();
  });

  it('is refused without a key, with an answer that can be read', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port, KEYS));
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port()}/`);
    const [status, body] = await new Promise<[number | undefined, string]>((resolve) =>
      socket.once('unexpected-response', async (_request, response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode, text]);
      }),
    );
    expect([status, body]).toEqual([401, 'api key authentication failure: no API Key found']);
    expect(upstream.requests).toEqual([]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('that its upstream refuses gets that answer', async () => {
    const upstream = await rawUpstream(
      answering('HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nnope'),
    );
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*nope$/);
    expect(upstream.requests[0].fields).toEqual([
      'host: a.test',
      'connection: upgrade',
      'upgrade: websocket',
    ]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('that gets a large ordinary answer instead gets all of it', async () => {
    const size = 5_000_000;
    const upstream = await rawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, 'x'));
    });
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.socket.pause();
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    setTimeout(() => client.socket.resume(), 200);
    expect((await client.untilClosed(8_000)).length).toBeGreaterThan(size);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('loses nothing that was sent before its upstream closed', async () => {
    const size = 3_000_000;
    const upstream = await rawUpstream((socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: odd\r\n\r\n',
      );
      socket.end(Buffer.alloc(size, 'x'));
    });
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.socket.pause();
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: odd\r\n\r\n');
    setTimeout(() => client.socket.resume(), 200);
    expect((await client.untilClosed(8_000)).match(/x+$/)?.[0]).toHaveLength(size);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('takes along what the client sends before it is asked to', async () => {
    const gateway = await runGateway(routeTo(await echo()));
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
        // A masked text frame of `hi`, with a mask of zeros.
        'sec-websocket-version: 13\r\nsec-websocket-key: dGVzdCBmYWtlIGtleSEhIQ==\r\n\r\n\x81\x82\0\0\0\0hi',
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the length of the frame.
    await client.until(/\x81\x02hi$/);
  });

  it('is not kept waiting for an upstream that never answers', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port, '{timeout: {requestTimeout: 100ms}}'));
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 504 [\s\S]*request timeout$/);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('that its client leaves before an answer came is over', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.resetAndDestroy();
    expect(await gateway.logged(1)).toHaveLength(1);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
  });
});

describe('a wish for another protocol', () => {
  const WISH =
    'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';

  it.each([
    [
      'behind a request that is not answered yet',
      `GET /first HTTP/1.1\r\nhost: a.test\r\n\r\n${WISH}`,
    ],
    [
      'to CONNECT behind one',
      `GET /first HTTP/1.1\r\nhost: a.test\r\n\r\nCONNECT b.test:1 HTTP/1.1\r\nhost: b.test\r\n\r\n`,
    ],
    [
      'behind one that is refused',
      `GET /first HTTP/1.1\r\nhost: a.test\r\nhost: b.test\r\n\r\n${WISH}`,
    ],
    [
      'behind one of an unknown expectation',
      `GET /first HTTP/1.1\r\nhost: a.test\r\nexpect: x\r\n\r\n${WISH}`,
    ],
  ])('%s ends the connection, and nothing else', async (_name, text) => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    await client.send(text).untilClosed();
    expect(upstream.requests.filter(({ line }) => !line.includes('/first'))).toEqual([]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it.each(['refused', 'not answered'])(
    'that is %s holds no connection of a client that has sent more and left',
    async (how) => {
      const upstream = await rawUpstream(() => {});
      const policies = how === 'refused' ? KEYS : '{}';
      const gateway = await runGateway(routeTo(upstream.port, policies));
      const client = await rawClient(gateway.port());
      client.send(`${WISH}and more`);
      await new Promise((later) => setTimeout(later, 50));
      client.send('and more').socket.end();
      expect(await gateway.logged(1)).toHaveLength(1);
      await gateway.runtime.drain();
      await expect.poll(() => upstream.sockets.every((socket) => socket.destroyed)).toBe(true);
    },
  );
});

describe('CONNECT', () => {
  it('is refused: 405', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const outgoing = request({ port: gateway.port(), method: 'CONNECT', path: 'b.test:443' });
    const status = await new Promise((resolve) => {
      outgoing.on('connect', (response) => resolve(response.statusCode));
      outgoing.end();
    });
    expect(status).toBe(405);
    expect(upstream.connections).toEqual([]);
    expect(await gateway.logged(1)).toEqual([
      expect.stringContaining('error="method not allowed"'),
    ]);
  });
});
