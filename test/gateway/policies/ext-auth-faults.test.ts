import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callWhole } from '../../../lib/gateway/whole-call';
import { UpstreamPools } from '../../../lib/server/upstreams';
import { allowing, denying, extAuthServer, header } from '../../support/ext-auth-server';
import { freePort } from '../../support/free-port';
import { httpUpstream } from '../../support/http-upstream';
import { routeTo, runGateway } from '../../support/running-gateway';

const FAILED = 'external authorization failed';

/** A gateway that asks a port, and counts what reaches its upstream. */
async function asking(port: number, settings: object = {}) {
  let passed = 0;
  const upstream = await httpUpstream((_, response) => {
    passed++;
    response.end('passed');
  });
  const extAuthz = {
    host: `127.0.0.1:${port}`,
    policies: { http: { requestTimeout: '300ms' } },
    ...settings,
  };
  const gateway = await runGateway(routeTo(upstream, JSON.stringify({ extAuthz })));
  const url = `http://127.0.0.1:${gateway.port()}/`;
  return {
    gateway,
    passed: () => passed,
    ask: async () => {
      const startedAt = performance.now();
      const answer = await fetch(url);
      const text = await answer.text();
      return { status: answer.status, text, ms: performance.now() - startedAt };
    },
  };
}

/** A server of HTTP/2 that does with a check whatever a test likes. */
async function strangeService(answer: (stream: ServerHttp2Stream) => void): Promise<number> {
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => {});
    answer(stream);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    for (const session of sessions) session.destroy();
  });
  return (server.address() as AddressInfo).port;
}

async function rawService(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const GRPC = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers a check with bytes and a status of gRPC. */
function answering(body: Uint8Array, trailers: Record<string, string> = { 'grpc-status': '0' }) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** `status: {code: 0}`, then headers to be added. */
function allowance(...headers: readonly (readonly [string, string])[]): Buffer {
  const field = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
  const options = headers.map(([key, value]) =>
    field(2, field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]))),
  );
  return field(3, Buffer.concat(options));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

describe('a service that answers something else lets nobody pass', () => {
  const cases: readonly (readonly [
    string,
    (stream: ServerHttp2Stream) => void,
    string | RegExp,
  ])[] = [
    ['nothing but a status of gRPC', answering(Buffer.alloc(0)), /no CheckResponse/],
    [
      'a status of gRPC that says why it cannot',
      answering(Buffer.alloc(0), { 'grpc-status': '14' }),
      'the service answers with gRPC status 14',
    ],
    [
      'the status of gRPC alone',
      (stream) => stream.respond({ ...GRPC, 'grpc-status': '12' }, { endStream: true }),
      'the service answers with gRPC status 12',
    ],
    [
      'no status of gRPC',
      answering(frame(allowance()), {}),
      'the service answers without a status of gRPC',
    ],
    [
      'a status of HTTP',
      (stream) => {
        stream.respond({ ':status': 503 });
        stream.end('sorry');
      },
      'the service answers with HTTP status 503',
    ],
    ['bytes that are no frame', answering(Buffer.from('{"ok":true}')), /no CheckResponse/],
    ['a frame that is cut', answering(frame(allowance()).subarray(0, 6)), /no CheckResponse/],
    [
      'two messages',
      answering(Buffer.concat([frame(allowance()), frame(allowance())])),
      /no CheckResponse/,
    ],
    [
      'a message that is compressed',
      answering(Buffer.concat([Buffer.from([1]), frame(allowance()).subarray(1)])),
      /no CheckResponse/,
    ],
    ['a message that is cut', answering(frame(allowance(['x-a', 'b']).subarray(0, 6))), /no Check/],
    ['bytes that are no message', answering(frame(Buffer.alloc(64, 0xff))), /no CheckResponse/],
    [
      'a message of another kind',
      answering(frame(Buffer.from([0x7a, 1, 0x41]))),
      /no CheckResponse/,
    ],
    [
      'a header that cannot be',
      answering(frame(allowance(['x-user', 'a\r\nx-admin: 1']))),
      'the service changes \\"x-user\\" to what it cannot be',
    ],
    [
      'a path that cannot be',
      answering(frame(allowance([':path', 'no slash']))),
      'the service changes \\":path\\" to what it cannot be',
    ],
    ['a reset', (stream) => stream.close(8), 'connection reset'],
    ['the end of the connection', (stream) => stream.session?.destroy(), 'connection reset'],
    [
      'a message without end',
      (stream) => {
        stream.respond(GRPC);
        const more = () => {
          while (!stream.destroyed && stream.write(Buffer.alloc(65_536)));
        };
        stream.on('drain', more);
        more();
      },
      'the answer is larger than 4194304 bytes',
    ],
    [
      'a megabyte of headers',
      (stream) => stream.respond({ ...GRPC, 'x-large': 'x'.repeat(1_000_000) }),
      /./,
    ],
  ];

  it.each(cases)('%s', async (_, answer, cause) => {
    const { ask, passed, gateway } = await asking(await strangeService(answer), {
      policies: { http: { requestTimeout: '3s' } },
    });
    const { status, text, ms } = await ask();
    expect([status, text, passed()]).toEqual([403, FAILED, 0]);
    expect(ms).toBeLessThan(5_000);
    const [line] = await gateway.logged(1);
    expect(/ extauthz\.failure=(?:"(.*?)"|(\S+)) (?:error|reason)=/.exec(line)?.[1]).toMatch(cause);
  });

  it('bytes that are no HTTP/2', async () => {
    const port = await rawService((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const { ask, passed } = await asking(port);
    expect([(await ask()).status, passed()]).toEqual([403, 0]);
  });

  it('a megabyte of headers in a message is no danger to the upstream', async () => {
    const service = await extAuthServer(() =>
      allowing({ headers: [header('x-large', 'x'.repeat(1_000_000))] }),
    );
    const { ask } = await asking(service.port, { policies: { http: { requestTimeout: '5s' } } });
    expect((await ask()).status).toBeGreaterThanOrEqual(400);
    const small = await extAuthServer(() => allowing({ headers: [header('x-small', 'x')] }));
    expect((await (await asking(small.port)).ask()).status).toBe(200);
  });
});

describe('a service that takes its time', () => {
  it.each([
    ['a check', () => strangeService(() => {})],
    ['a connection', () => rawService(() => {})],
  ])('never answers %s: requests are refused at their deadline', async (_, service) => {
    const { ask, passed, gateway } = await asking(await service());
    const answers = await Promise.all([ask(), ask(), ask()]);
    for (const { status, ms } of answers) {
      expect(status).toBe(403);
      expect(ms).toBeGreaterThan(250);
      expect(ms).toBeLessThan(3_000);
    }
    expect(passed()).toBe(0);
    expect((await gateway.logged(3))[0]).toContain('"no answer within 300 milliseconds"');
  });

  it('without a deadline of its own has two seconds', async () => {
    const { ask } = await asking(await strangeService(() => {}), { policies: {} });
    const { status, ms } = await ask();
    expect(status).toBe(403);
    expect(ms).toBeGreaterThan(1_900);
    expect(ms).toBeLessThan(4_000);
  });

  it('is told its deadline, and that nobody waits any longer', async () => {
    const told: unknown[] = [];
    const port = await strangeService((stream) => {
      stream.on('close', () => told.push(stream.rstCode));
      stream.session?.on('close', () => told.push('closed'));
    });
    const { ask } = await asking(port);
    await ask();
    const CANCEL = 8;
    await vi.waitFor(() => expect(told).toEqual([CANCEL]));
  });

  it('slow, and in time, decides', async () => {
    const service = await extAuthServer(async () => {
      await new Promise((later) => setTimeout(later, 150));
      return allowing();
    });
    const { ask } = await asking(service.port, { policies: { http: { requestTimeout: '3s' } } });
    expect((await ask()).text).toBe('passed');
  });
});

describe('a service over HTTP is no other', () => {
  it.each([
    ['takes no connection', () => freePort()],
    ['never answers', () => rawService(() => {})],
    [
      'stops in the middle',
      () => rawService((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n')),
    ],
    [
      'sends a megabyte of headers',
      () =>
        rawService((socket) =>
          socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1_000_000)}\r\n\r\n`),
        ),
    ],
    ['sends something else', () => rawService((socket) => socket.end('hello'))],
  ])('where it %s', async (_, service) => {
    const { ask, passed } = await asking(await service(), { protocol: { http: {} } });
    const { status, text, ms } = await ask();
    expect([status, text, passed()]).toEqual([403, FAILED, 0]);
    expect(ms).toBeLessThan(3_000);
  });
});

describe('the gateway recovers by itself', () => {
  it('from a service that was not there when it started', async () => {
    const port = await freePort();
    const { ask } = await asking(port);
    expect((await ask()).status).toBe(403);
    await extAuthServer(() => allowing(), port);
    expect((await ask()).text).toBe('passed');
  });

  it('from one that is killed in the middle and comes again', async () => {
    const port = await freePort();
    let die = () => {};
    const first = await extAuthServer(() => void die(), port);
    const { ask, passed } = await asking(port);
    die = () => first.kill();
    const during = await Promise.all(Array.from({ length: 20 }, ask));
    expect(during.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 403));
    expect(passed()).toBe(0);
    await extAuthServer(() => allowing(), port);
    expect((await ask()).text).toBe('passed');
  });

  it('from a connection that has died in silence', async () => {
    const service = await extAuthServer(() => allowing());
    const silent: { is: boolean } = { is: false };
    const links: Socket[] = [];
    const port = await rawService((client) => {
      const dead = links.length === 0 ? silent : { is: false };
      const upstream = connect(service.port, '127.0.0.1');
      upstream.on('error', () => {});
      onTestFinished(() => void upstream.destroy());
      links.push(client);
      client.on('data', (bytes) => dead.is || upstream.write(bytes));
      upstream.on('data', (bytes) => dead.is || client.write(bytes));
    });
    const { ask } = await asking(port);
    expect((await ask()).text).toBe('passed');
    silent.is = true;
    expect((await ask()).status).toBe(403);
    await vi.waitFor(async () => expect((await ask()).text).toBe('passed'), { timeout: 10_000 });
  }, 20_000);
});

describe('a service that lets pass when it cannot be asked', () => {
  it('each request is logged as such, and counted', async () => {
    const port = await freePort();
    const { ask, gateway, passed } = await asking(port, { failureMode: 'allow' });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ text }) => text)).toEqual(['passed', 'passed', 'passed']);
    expect(passed()).toBe(3);
    for (const line of await gateway.logged(3)) {
      expect(line).toContain('extauthz.failure="connection refused" extauthz.failed_open=true');
    }
    expect(await gateway.metrics.exposition()).toContain(
      `agentgateway_ext_authz_failed_open_total{gateway="default/default",service="127.0.0.1:${port}"} 3`,
    );
  });
});

describe('a service that has been heard is no service that cannot be asked', () => {
  const OPEN = { failureMode: 'allow', policies: { http: { requestTimeout: '3s' } } };

  it.each([
    ['a line break in the value', header('location', '/login\r\nset-cookie: a=1')],
    ['a control character', header('location', '/login?\u0001')],
    ['a name that is none', header('x bad', '1')],
  ])('a refusal stays one without a header that has %s', async (_, bad) => {
    const service = await extAuthServer(() =>
      denying({ status: { code: 401 }, headers: [bad, header('x-good', '1')], body: 'log in' }),
    );
    const { ask, passed } = await asking(service.port, OPEN);
    const { status, text } = await ask();
    expect([status, text, passed()]).toEqual([401, 'log in', 0]);
  });

  it('a refusal stays one whose details cannot be read', async () => {
    const refused = Buffer.from([0x0a, 0x02, 0x08, 0x07]);
    const cutDetails = Buffer.from([0x12, 0x02, 0x1a, 0x7f]);
    const message = Buffer.concat([refused, cutDetails]);
    const { ask, passed } = await asking(await strangeService(answering(frame(message))), OPEN);
    const { status, text } = await ask();
    expect([status, text, passed()]).toEqual([403, FAILED, 0]);
  });

  it('an answer that is longer than is read lets nobody pass', async () => {
    const service = await extAuthServer(() => denying({ body: 'x'.repeat(5_000_000) }));
    const { ask, passed, gateway } = await asking(service.port, OPEN);
    expect([(await ask()).status, passed()]).toEqual([403, 0]);
    expect((await gateway.logged(1))[0]).toContain('larger than 4194304 bytes');
  });

  it('a yes whose changes cannot be made lets nobody pass with what he has forged', async () => {
    const service = await extAuthServer(() =>
      allowing({ headers: [header('x-user', 'a\r\nx-admin: 1')] }),
    );
    const { ask, passed, gateway } = await asking(service.port, OPEN);
    const { status, text } = await ask();
    expect([status, text, passed()]).toEqual([403, FAILED, 0]);
    const [line] = await gateway.logged(1);
    expect(line).toContain('extauthz.failure=');
    expect(line).not.toContain('failed_open');
  });

  it.each([
    ['never ends', 'HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\n\r\nno'],
    ['breaks off', 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 9\r\n\r\nno', 'and ends'],
    ['has a head without end', `HTTP/1.1 403 Forbidden\r\nx: ${'x'.repeat(900_000)}\r\n\r\n`],
  ])('a refusal over HTTP that %s stays one', async (_, bytes, end = '') => {
    const port = await rawService((socket) =>
      socket.once('data', () => (end ? socket.end(bytes) : socket.write(bytes))),
    );
    const { ask, passed } = await asking(port, {
      failureMode: 'allow',
      policies: { http: { requestTimeout: '500ms' } },
      protocol: { http: {} },
    });
    const { status, text } = await ask();
    expect([status, text, passed()]).toEqual([403, FAILED, 0]);
  });

  it('a call that fails by a status of gRPC passes, refused or not: no decision was made', async () => {
    const failing = answering(Buffer.alloc(0), { 'grpc-status': '7' });
    const { ask } = await asking(await strangeService(failing), OPEN);
    expect((await ask()).text).toBe('passed');
  });
});

describe('a thousand checks at once', () => {
  it('share one connection', async () => {
    const ports = new Set<number>();
    const port = await strangeService((stream) => {
      ports.add(stream.session?.socket.remotePort ?? 0);
      setTimeout(() => answering(frame(allowance()))(stream), 20);
    });
    const pools = new UpstreamPools({ connectTimeoutMs: 5_000, poolIdleTimeoutMs: 5_000 });
    onTestFinished(() => pools.destroy());
    const service = pools.open({ host: '127.0.0.1', port, httpVersion: 'HTTP/2.0' });
    const check = {
      method: 'POST',
      path: '/',
      headers: ['host', 'a.test'],
      body: Buffer.from('x'),
    };
    const options = { timeoutMs: 20_000, maxBytes: 1_000, repeatable: false };
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => callWhole(service, check, options)),
    );
    expect(answers.filter((answer) => 'failure' in answer)).toEqual([]);
    expect(ports.size).toBe(1);
  }, 30_000);
});
