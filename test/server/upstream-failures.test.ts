import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port';
import { httpUpstream } from '../support/http-upstream';
import { rawClient, rawExchange } from '../support/raw-client';
import { answering, rawUpstream, type UpstreamScript } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const OK = 'HTTP/1.1 200 OK\r\n';
const GET = 'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n';

/** A request on a connection that stays open. */
function keepAlive(method: string, path: string, body = ''): string {
  const length = body ? `content-length: ${body.length}\r\n` : '';
  return `${method} ${path} HTTP/1.1\r\nhost: a.test\r\n${length}\r\n${body}`;
}

function bodyOf(received: string): string {
  return received.slice(received.indexOf('\r\n\r\n') + 4);
}

describe('an upstream that gives no answer', () => {
  it('when nothing listens: 503', async () => {
    const gateway = await runGateway(routeTo(await freePort()));
    const received = await rawExchange(gateway.port(), GET);
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(bodyOf(received)).toBe('upstream call failed: connection refused');
    expect(await gateway.logged(1)).toEqual([
      expect.stringMatching(
        / http\.status=503 protocol=http error="upstream call failed: connection refused" reason=UpstreamFailure$/,
      ),
    ]);
  });

  it('when its name is unknown: 503', async () => {
    const gateway = await runGateway(
      routeTo(80).replace('127.0.0.1:80', 'no-such-name.invalid:80'),
    );
    const received = await rawExchange(gateway.port(), GET);
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(bodyOf(received)).toBe('backends required DNS resolution which failed');
  });

  it.each<[string, UpstreamScript, string]>([
    ['closes at once', (socket) => socket.end(), 'connection closed'],
    ['resets', (socket) => socket.resetAndDestroy(), 'connection reset'],
    ['ends inside its head', (socket) => socket.end(`${OK}x: `), 'connection closed'],
    ['speaks another protocol', answering('220 smtp.test ESMTP\r\n\r\n'), 'invalid response'],
    ['speaks another version', answering('HTTP/3 200 OK\r\n\r\n'), 'invalid response'],
    ['sends a malformed field', answering(`${OK}x : y\r\n\r\n`), 'invalid response'],
    ['sends a bare line feed', answering(`${OK}x: y\nz: 1\r\n\r\n`), 'invalid response'],
    [
      'sends two lengths',
      answering(`${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nok`),
      'invalid response',
    ],
    [
      'sends a length and a coding',
      answering(`${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      'invalid response',
    ],
    ['sends an endless head', answering(OK, `x: ${'a'.repeat(200_000)}`), 'invalid response'],
    [
      'changes protocols unasked',
      answering('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'),
      'invalid response',
    ],
  ])('because it %s: 503', async (_name, script, detail) => {
    const upstream = await rawUpstream(script);
    const gateway = await runGateway(routeTo(upstream.port));
    const received = await rawExchange(gateway.port(), GET);
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(bodyOf(received)).toBe(`upstream call failed: ${detail}`);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it.each([
    ['{timeout: {requestTimeout: 100ms}}', '{}', 'request timeout'],
    ['{timeout: {backendRequestTimeout: 100ms}}', '{}', 'upstream call timeout'],
    ['{}', '{http: {requestTimeout: 100ms}}', 'upstream call timeout'],
  ])('in time: 504 (%s %s)', async (policies, backendPolicies, text) => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port, policies, backendPolicies));
    const received = await rawExchange(gateway.port(), GET);
    expect(received).toMatch(/^HTTP\/1\.1 504 /);
    expect(bodyOf(received)).toBe(text);
    expect(await gateway.logged(1)).toEqual([expect.stringMatching(/ reason=Timeout$/)]);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
  });

  it('and a client that does not wait: one line, and no connection left behind', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(GET);
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.destroy();
    expect(await gateway.logged(1)).toEqual([
      expect.stringMatching(/ error="the client closed the connection" reason=\w+$/),
    ]);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
  });
});

describe('an answer that breaks off', () => {
  it.each<[string, UpstreamScript]>([
    ['short of its length', (socket) => socket.end(`${OK}content-length: 10\r\n\r\nhalf`)],
    ['inside a chunk', (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\nff\r\nhalf`)],
    [
      'between chunks',
      (socket) => socket.end(`${OK}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`),
    ],
    [
      'at a malformed chunk',
      (socket) => {
        socket.write(`${OK}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`);
        setTimeout(() => socket.write('xx\r\n'), 50);
      },
    ],
    [
      'by a reset',
      (socket) => {
        socket.write(`${OK}content-length: 10\r\n\r\nhalf`);
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
    ],
  ])('%s does not look whole to the client', async (_name, script) => {
    const upstream = await rawUpstream(script);
    const gateway = await runGateway(routeTo(upstream.port));
    const received = await rawExchange(gateway.port(), keepAlive('GET', '/'));
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(await gateway.logged(1)).toEqual([
      expect.stringMatching(/ http\.status=200 .* error="upstream call failed: .*reason=Up/),
    ]);
  });
});

describe('answers in every form reach the client whole', () => {
  it.each<[name: string, answer: string, expected: RegExp, method?: string]>([
    ['until the connection ends', `${OK}\r\nto the end`, /to the end/],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nold', /old/],
    [
      'with interim answers',
      `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
      /^HTTP\/1\.1 200 OK\r\n(?!link)[\s\S]*ok$/,
    ],
    [
      'to HEAD',
      `${OK}content-length: 10\r\nx-a: b\r\n\r\n`,
      /^HTTP\/1\.1 200 OK\r\ncontent-length: 10\r\nx-a: b\r\n(.+\r\n)*\r\n$/,
      'HEAD',
    ],
    [
      'without content',
      'HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n',
      /^HTTP\/1\.1 204 No Content\r\nx-a: b\r\n(.+\r\n)*\r\n$/,
    ],
    [
      'not modified',
      'HTTP/1.1 304 Not Modified\r\netag: "x"\r\ncontent-length: 10\r\n\r\n',
      /^HTTP\/1\.1 304 Not Modified\r\netag: "x"\r\n(.+\r\n)*\r\n$/,
    ],
    [
      'with a status of its own',
      'HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n',
      /^HTTP\/1\.1 799 /,
    ],
    [
      'with a field twice',
      `${OK}set-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n`,
      /set-cookie: a=1\r\nset-cookie: b=2\r\n/,
    ],
    [
      'with connection-bound fields',
      `${OK}connection: x-mine\r\nconnection: x-other\r\nkeep-alive: timeout=1\r\nproxy-authenticate: x\r\nx-mine: 1\r\nx-other: 2\r\nhttp2-settings: x\r\ncontent-length: 2\r\n\r\nok`,
      /^HTTP\/1\.1 200 OK\r\ncontent-length: 2\r\nDate: .*\r\nConnection: close\r\n\r\nok$/,
    ],
    [
      'with trailers',
      `${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n`,
      /\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n$/,
    ],
  ])('%s', async (_name, answer, expected, method = 'GET') => {
    const upstream = await rawUpstream((socket) => void socket.end(answer, 'latin1'));
    const gateway = await runGateway(routeTo(upstream.port));
    const request = `${method} / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n`;
    expect(await rawExchange(gateway.port(), request)).toMatch(expected);
    expect(await gateway.logged(1)).toEqual([expect.not.stringContaining('error=')]);
  });
});

describe('a connection to an upstream', () => {
  it('is used again after a whole answer', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    for (const path of ['/1', '/2', '/3']) {
      client.send(keepAlive('GET', path));
      await expect.poll(() => client.received.match(/ok/g)?.length).toBe(Number(path[1]));
    }
    expect(upstream.connections).toHaveLength(1);
  });

  it.each<[string, string]>([
    [
      'an answer with bytes behind it',
      `${OK}content-length: 2\r\n\r\nok${OK}content-length: 6\r\n\r\nforged`,
    ],
    ['an answer that says so', `${OK}connection: close\r\ncontent-length: 2\r\n\r\nok`],
    ['an old version', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    [
      'an answer without content that has some',
      'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok',
    ],
  ])('is not used again after %s', async (_name, answer) => {
    const upstream = await rawUpstream(answering(answer));
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    for (const count of [1, 2, 3]) {
      client.send(keepAlive('GET', `/${count}`));
      await gateway.logged(count);
    }
    expect(upstream.connections).toHaveLength(3);
    expect(client.received).not.toContain('forged');
  });

  it('cannot put an answer before the request that waits for a connection', async () => {
    const forged = `${OK}content-length: 6\r\n\r\nforged`;
    const upstream = await rawUpstream((socket, { line }) => {
      const path = line.split(' ')[1];
      const answer = `${OK}content-length: ${path.length}\r\n\r\n${path}`;
      setTimeout(() => socket.write(path === '/1' ? answer + forged : answer), 50);
    });
    const gateway = await runGateway(
      `config: {backend: {poolMaxSize: 1}}\n${routeTo(upstream.port)}`,
    );
    const received = await Promise.all(
      ['/1', '/2'].map((path) => rawExchange(gateway.port(), GET.replace('/', path))),
    );
    expect(received.map(bodyOf)).toEqual(['/1', '/2']);
  });

  it('serves those that wait one after the other, and forgets those that leave', async () => {
    const upstream = await rawUpstream((socket, { line }) => {
      setTimeout(() => socket.write(`${OK}content-length: 2\r\n\r\n${line.slice(4, 6)}`), 100);
    });
    const gateway = await runGateway(
      `config: {backend: {poolMaxSize: 1}}\n${routeTo(upstream.port)}`,
    );
    const clients = await Promise.all([1, 2, 3].map(() => rawClient(gateway.port())));
    for (const [i, client] of clients.entries()) {
      client.send(keepAlive('GET', `/${i}`));
      await new Promise((later) => setTimeout(later, 10));
    }
    clients[1].socket.destroy();
    await clients[0].until(/\/0$/);
    await clients[2].until(/\/2$/);
    expect(upstream.connections).toHaveLength(1);
    expect(upstream.requests.map(({ line }) => line)).toEqual([
      'GET /0 HTTP/1.1',
      'GET /2 HTTP/1.1',
    ]);
  });

  /** Answers the first request of its first connection and closes that at the second, as an idle timeout does. */
  const closingWhenUsedAgain: UpstreamScript = (socket, { line }, connection) => {
    if (connection === 0 && line.includes('second')) return void socket.destroy();
    socket.write(`${OK}content-length: 2\r\n\r\nok`);
  };

  it.each([
    ['GET', 200, 2],
    ['HEAD', 200, 2],
    ['DELETE', 200, 2],
    ['POST', 503, 1],
    ['PATCH', 503, 1],
  ])(
    'that dies under a second request: %s is answered %i after %i tries',
    async (method, status, tries) => {
      const upstream = await rawUpstream(closingWhenUsedAgain);
      const gateway = await runGateway(routeTo(upstream.port));
      await rawExchange(gateway.port(), GET);
      const request = `${method} /second HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n`;
      expect(await rawExchange(gateway.port(), request)).toMatch(`HTTP/1.1 ${status} `);
      expect(upstream.requests.filter(({ line }) => line.includes('second'))).toHaveLength(tries);
      expect(await gateway.logged(2)).toHaveLength(2);
    },
  );

  it('that dies again is not tried for ever', async () => {
    const upstream = await rawUpstream((socket, { line }) => {
      if (line.includes('second')) return void socket.destroy();
      socket.write(`${OK}content-length: 2\r\n\r\nok`);
    });
    const gateway = await runGateway(routeTo(upstream.port));
    await rawExchange(gateway.port(), GET);
    expect(await rawExchange(gateway.port(), GET.replace('/', '/second'))).toMatch(/ 503 /);
    expect(upstream.requests).toHaveLength(3);
  });

  it('that an idle upstream has closed is not offered to the next request', async () => {
    const upstream = await rawUpstream((socket) => {
      socket.write(`${OK}content-length: 2\r\n\r\nok`);
      setTimeout(() => socket.end(), 20);
    });
    const gateway = await runGateway(routeTo(upstream.port));
    await rawExchange(gateway.port(), GET);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
    const post =
      'POST / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\ncontent-length: 1\r\n\r\na';
    expect(await rawExchange(gateway.port(), post)).toMatch(/ 200 /);
  });

  it('with unasked bytes on it is closed', async () => {
    const upstream = await rawUpstream((socket) => {
      socket.write(`${OK}content-length: 2\r\n\r\nok`);
      setTimeout(() => socket.write(`${OK}content-length: 6\r\n\r\nforged`), 30);
    });
    const gateway = await runGateway(routeTo(upstream.port));
    await rawExchange(gateway.port(), GET);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
    expect(bodyOf(await rawExchange(gateway.port(), GET))).toBe('ok');
  });
});

describe('a retry', () => {
  const RETRY = '{retry: {attempts: 2, codes: [503]}}';

  it('uses no connection of the try that it replaces', async () => {
    const upstream = await rawUpstream((socket, _request, connection) => {
      const status = connection < 1 ? '503 Service Unavailable' : '200 OK';
      socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nok`);
    });
    const gateway = await runGateway(routeTo(upstream.port, RETRY));
    expect(await rawExchange(gateway.port(), GET)).toMatch(/ 200 /);
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.requests[1].fields).toContain('x-retry-attempt: 1');
    expect(await gateway.logged(1)).toEqual([expect.stringContaining(' retry.attempt=1')]);
  });

  it('sends a small body again, framed as it is', async () => {
    const upstream = await rawUpstream((socket, _request, connection) => {
      if (connection === 0) return void socket.destroy();
      socket.write(`${OK}content-length: 2\r\n\r\nok`);
    });
    const gateway = await runGateway(routeTo(upstream.port, RETRY));
    const request =
      'POST / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n' +
      '5\r\nhello\r\n0\r\n\r\n';
    expect(await rawExchange(gateway.port(), request)).toMatch(/ 200 /);
    expect(upstream.requests.map(({ body }) => body)).toEqual(['hello', 'hello']);
  });
});

describe('an answer that comes before the request is whole', () => {
  it('is passed on, and the connection is not used again', async () => {
    const port = await httpUpstream((_request, response) => {
      response.writeHead(413, { 'content-length': 3 }).end('big');
    });
    const gateway = await runGateway(routeTo(port));
    const client = await rawClient(gateway.port());
    client.send('POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 1000\r\n\r\nfirst');
    await client.until(/big$/);
    client.send('a'.repeat(995));
    client.send(keepAlive('GET', '/next'));
    await expect.poll(() => client.received.match(/big/g)?.length).toBe(2);
    expect(await gateway.logged(2)).toHaveLength(2);
  });
});
