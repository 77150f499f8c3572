import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream } from '../support/http-upstream';
import { rawClient } from '../support/raw-client';
import { answering, rawUpstream } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const OK = 'HTTP/1.1 200 OK\r\n';

function session(port: number): ClientHttp2Session {
  const client = connect(`http://127.0.0.1:${port}`);
  client.on('error', () => {});
  onTestFinished(() => client.destroy());
  return client;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
  readonly reset: number;
}

/** The answer as a client that reads to the end of the stream has it. */
function answerTo(stream: ClientHttp2Stream): Promise<Answer> {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  let body = '';
  stream.on('response', (fields) => {
    headers = fields;
  });
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  stream.on('data', (chunk) => {
    body += chunk;
  });
  stream.on('error', () => {});
  return new Promise((resolve) =>
    stream.on('close', () => resolve({ headers, body, trailers, reset: stream.rstCode ?? 0 })),
  );
}

function ask(port: number, fields: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  const stream = session(port).request(
    { ':authority': 'a.test', ':path': '/', ...fields },
    { endStream: body === undefined },
  );
  if (body !== undefined) stream.end(body);
  return answerTo(stream);
}

/** `name: value` in the order of names. */
function withoutDate(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .sort();
}

/** An upstream that speaks HTTP/2 without TLS. */
async function http2Upstream(
  serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<number> {
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (opened) => void sessions.add(opened));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    serve(stream, headers);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    for (const opened of sessions) opened.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const HTTP2 = '{http: {version: HTTP/2.0}}';

describe('HTTP/2 without TLS', () => {
  it('reaches an upstream of HTTP/1.1 as one plain request', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const { headers, body } = await ask(
      gateway.port(),
      { ':method': 'POST', ':path': '/x?y=1', te: 'trailers', 'x-a': ['1', '2'], constructor: 'c' },
      'hello',
    );
    expect(headers[':status']).toBe(200);
    expect(body).toBe('ok');
    expect(upstream.requests).toEqual([
      {
        line: 'POST /x?y=1 HTTP/1.1',
        fields: [
          'host: a.test',
          'x-a: 1',
          'x-a: 2',
          'constructor: c',
          'te: trailers',
          'transfer-encoding: chunked',
        ],
        body: 'hello',
      },
    ]);
    expect(await gateway.logged(1)).toEqual([
      expect.stringContaining(
        ' http.host=a.test http.path=/x?y=1 http.version=HTTP/2.0 http.status=200 ',
      ),
    ]);
  });

  it('is recognised however its first bytes are cut', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    for (const piece of ['P', 'RI * HT', 'TP/2.0\r\n\r\nSM\r\n\r\n']) {
      client.send(piece);
      await new Promise((later) => setTimeout(later, 30));
    }
    client.send('\0\0\0\x04\0\0\0\0\0');
    // A SETTINGS frame: type 4 on stream 0.
    const received = await client.until(/[\s\S]{9}/);
    expect(received.charCodeAt(3)).toBe(4);
  });

  it('is not what a method that begins alike is taken for', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send('P');
    await new Promise((later) => setTimeout(later, 30));
    client.send('UT / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await client.until(/ok$/);
    expect(upstream.requests[0].line).toBe('PUT / HTTP/1.1');
  });

  it.each<[string, string, Partial<Answer>]>([
    ['without content', 'HTTP/1.1 204 No Content\r\n\r\n', { body: '' }],
    ['not modified', 'HTTP/1.1 304 Not Modified\r\netag: "x"\r\n\r\n', { body: '' }],
    [
      'with a field twice that may stand once',
      `${OK}content-type: a\r\ncontent-type: b\r\ncontent-length: 2\r\n\r\nok`,
      { body: 'ok' },
    ],
    [
      'with fields that HTTP/2 forbids',
      `${OK}http2-settings: x\r\nconnection: x-a\r\nx-a: 1\r\nkeep-alive: 1\r\ncontent-length: 2\r\n\r\nok`,
      { body: 'ok' },
    ],
    [
      'with cookies',
      `${OK}set-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nok`,
      { body: 'ok' },
    ],
    [
      'with a field called like a property',
      `${OK}constructor: x\r\n__proto__: y\r\ncontent-length: 2\r\n\r\nok`,
      { body: 'ok' },
    ],
    [
      'with trailers',
      `${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\nconnection: close\r\nte: x\r\n\r\n`,
      { body: 'ok' },
    ],
  ])('carries an answer %s', async (_name, answer, expected) => {
    const upstream = await rawUpstream(answering(answer));
    const gateway = await runGateway(routeTo(upstream.port));
    const { headers, body, trailers, reset } = await ask(gateway.port(), {});
    expect({ body }).toEqual(expected);
    expect(reset).toBe(0);
    expect([withoutDate(headers), withoutDate(trailers)]).toMatchSnapshot();
    expect(await gateway.logged(1)).toEqual([expect.not.stringContaining('error=')]);
  });

  it('tells a client that an answer broke off', async () => {
    const upstream = await rawUpstream((socket) =>
      socket.end(`${OK}content-length: 9\r\n\r\nhalf`),
    );
    const gateway = await runGateway(routeTo(upstream.port));
    expect(await ask(gateway.port(), {})).toMatchObject({
      reset: constants.NGHTTP2_INTERNAL_ERROR,
    });
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('error=')]);
  });

  it.each<[string, OutgoingHttpHeaders, number, string]>([
    ['another host than its authority', { host: 'b.test' }, 400, 'bad request'],
    [
      'a target in absolute form',
      { ':scheme': 'odd', ':path': 'http://b.test/' },
      400,
      'bad request',
    ],
    [
      'CONNECT',
      {
        ':method': 'CONNECT',
        ':authority': 'a.test:443',
        ':path': undefined,
        ':scheme': undefined,
      },
      405,
      'method not allowed',
    ],
  ])('refuses %s', async (_name, fields, status, text) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const { headers, body } = await ask(gateway.port(), fields);
    expect([headers[':status'], body]).toEqual([status, text]);
    expect(upstream.requests).toEqual([]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('ends a request that is refused before its body has come', async () => {
    const gateway = await runGateway(routeTo(80, '{directResponse: {status: 403, body: no}}'));
    const stream = session(gateway.port()).request(
      { ':method': 'POST', ':authority': 'a.test' },
      { endStream: false },
    );
    stream.write('never ends');
    const { headers, body, reset } = await answerTo(stream);
    expect([headers[':status'], body, reset]).toEqual([403, 'no', 0]);
    expect(stream.destroyed).toBe(true);
    expect(await gateway.logged(1)).toEqual([expect.not.stringContaining('error=')]);
  });

  it('cancels the call of a stream that its client has reset', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port));
    const stream = session(gateway.port()).request({ ':authority': 'a.test' });
    stream.on('error', () => {});
    await expect.poll(() => upstream.requests.length).toBe(1);
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await gateway.logged(1)).toHaveLength(1);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
  });

  it('runs a hundred streams at once, and logs each once', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = session(gateway.port());
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        answerTo(client.request({ ':authority': 'a.test', ':path': `/${i}` })),
      ),
    );
    expect(answers.map(({ body }) => body)).toEqual(Array(100).fill('ok'));
    expect(await gateway.logged(100)).toHaveLength(100);
  });

  it('survives a client that opens and resets without end', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(routeTo(upstream.port));
    const client = session(gateway.port());
    for (let i = 0; i < 200 && !client.destroyed; i++) {
      const stream = client.request({ ':authority': 'a.test' });
      stream.on('error', () => {});
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await new Promise((later) => setTimeout(later, 200));
    await expect.poll(() => upstream.sockets.every((socket) => socket.destroyed)).toBe(true);
    const again = await rawClient(gateway.port());
    again.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await expect.poll(() => upstream.requests.at(-1)?.line).toBe('GET / HTTP/1.1');
  });
});

describe('gRPC from end to end', () => {
  it('carries messages both ways, and the status behind them', async () => {
    const port = await http2Upstream((stream, headers) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'x-te': String(headers.te) },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () =>
        stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }),
      );
      stream.pipe(stream);
    });
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const { headers, body, trailers } = await ask(
      gateway.port(),
      {
        ':method': 'POST',
        ':path': '/echo.Echo/Say',
        'content-type': 'application/grpc',
        te: 'trailers',
      },
      '\0\0\0\0\x02hi',
    );
    expect(headers).toMatchObject({ ':status': 200, 'x-te': 'trailers' });
    expect(body).toBe('\0\0\0\0\x02hi');
    expect({ ...trailers }).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' });
    expect(await gateway.logged(1)).toEqual([
      expect.stringContaining(
        ' http.path=/echo.Echo/Say http.version=HTTP/2.0 http.status=200 grpc.status=0 ',
      ),
    ]);
  });

  it('passes an answer of trailers alone', async () => {
    const port = await http2Upstream((stream) =>
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' },
        { endStream: true },
      ),
    );
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const { headers } = await ask(
      gateway.port(),
      { ':method': 'POST', 'content-type': 'application/grpc' },
      'x',
    );
    expect(headers['grpc-status']).toBe('5');
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('grpc.status=5')]);
  });

  it('lets a server end before its client does', async () => {
    const port = await http2Upstream((stream) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '8' }));
      stream.end('x');
    });
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const stream = session(gateway.port()).request(
      { ':method': 'POST', ':authority': 'a.test', 'content-type': 'application/grpc' },
      { endStream: false },
    );
    stream.write('and on it goes');
    const { body, trailers } = await answerTo(stream);
    expect([body, trailers['grpc-status']]).toEqual(['x', '8']);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('streams both ways at once, message by message', async () => {
    const port = await http2Upstream((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.pipe(stream);
    });
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const stream = session(gateway.port()).request(
      { ':method': 'POST', ':authority': 'a.test', 'content-type': 'application/grpc' },
      { endStream: false },
    );
    let received = '';
    stream.on('data', (chunk) => {
      received += chunk;
    });
    for (const message of ['one', 'two', 'three']) {
      stream.write(message);
      await expect.poll(() => received.endsWith(message)).toBe(true);
    }
    stream.end();
    await new Promise((closed) => stream.on('close', closed));
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('is told of refusals in its own terms', async () => {
    const gateway = await runGateway(
      routeTo(80, '{apiKey: {mode: strict, keys: [{key: fake-key}]}}'),
    );
    const { headers, body } = await ask(
      gateway.port(),
      { ':method': 'POST', 'content-type': 'application/grpc+proto' },
      'x',
    );
    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '16',
    });
    expect(body).toBe('');
  });

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['resets at once', (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM)],
    ['ends its connection', (stream) => stream.session?.destroy()],
  ])('an upstream that %s: unavailable', async (_name, fail) => {
    const port = await http2Upstream((stream) => fail(stream));
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const { headers } = await ask(
      gateway.port(),
      { ':method': 'POST', 'content-type': 'application/grpc' },
      'x',
    );
    expect(headers).toMatchObject({ ':status': 200, 'grpc-status': '14' });
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('an upstream that speaks HTTP/1 only: unavailable', async () => {
    const port = await httpUpstream((_incoming, response) => void response.end('never'));
    const gateway = await runGateway(routeTo(port, '{}', HTTP2));
    const { headers } = await ask(gateway.port(), {});
    expect(headers[':status']).toBe(503);
    expect(await gateway.logged(1)).toHaveLength(1);
  });
});
