import { describe, expect, it } from 'vitest';
import { rawClient, rawExchange } from '../support/raw-client';
import { rawUpstream, valuesOf } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const KEYS =
  '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}], location: {header: {name: x-key}}}}';

/** What a second, hidden request would be. */
const HIDDEN = 'GET /hidden HTTP/1.1\r\nhost: a.test\r\n\r\n';

async function refusing() {
  const upstream = await rawUpstream();
  const gateway = await runGateway(routeTo(upstream.port));
  return { upstream, gateway };
}

describe('a message whose end is unclear is refused before an upstream sees it', () => {
  it.each([
    [
      'a length and a coding',
      'content-length: 4\r\ntransfer-encoding: chunked',
      `0\r\n\r\n${HIDDEN}`,
    ],
    [
      'a coding and a length',
      'transfer-encoding: chunked\r\ncontent-length: 4',
      `0\r\n\r\n${HIDDEN}`,
    ],
    ['two different lengths', 'content-length: 0\r\ncontent-length: 44', HIDDEN],
    ['the same length twice', 'content-length: 0\r\ncontent-length: 0', HIDDEN],
    ['a list of lengths', 'content-length: 0, 0', HIDDEN],
    ['a signed length', 'content-length: +0', HIDDEN],
    ['a negative length', 'content-length: -1', HIDDEN],
    ['a length with a blank inside', 'content-length: 0 0', HIDDEN],
    ['a hexadecimal length', 'content-length: 0x0', HIDDEN],
    ['an empty length', 'content-length: ', HIDDEN],
    ['a length past every number', 'content-length: 99999999999999999999999', HIDDEN],
    ['an unknown coding', 'transfer-encoding: xchunked', `0\r\n\r\n${HIDDEN}`],
    ['a coding before chunked', 'transfer-encoding: gzip, chunked', `0\r\n\r\n${HIDDEN}`],
    ['a coding that is not last', 'transfer-encoding: chunked, identity', `0\r\n\r\n${HIDDEN}`],
    ['a blank before the colon', 'transfer-encoding : chunked', `0\r\n\r\n${HIDDEN}`],
    ['a folded coding', 'transfer-encoding:\r\n chunked', `0\r\n\r\n${HIDDEN}`],
    ['a folded field', 'x-a: b\r\n c', HIDDEN],
    ['a first field that begins with a blank', ' x-a: b', HIDDEN],
    ['a bare line feed', 'x-a: b\ncontent-length: 44', HIDDEN],
    ['a bare carriage return', 'x-a: b\rcontent-length: 44', HIDDEN],
    ['a NUL in a value', 'x-a: b\0c', HIDDEN],
    ['a NUL in a name', 'x\0a: b', HIDDEN],
    ['a control character in a value', 'x-a: b\x01c', HIDDEN],
    ['a field without a colon', 'nonsense', HIDDEN],
    ['a field without a name', ': b', HIDDEN],
    ['two hosts', 'host: b.test', HIDDEN],
    ['the same host twice', 'host: a.test', HIDDEN],
  ])('%s', async (_name, field, rest) => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send(`POST /seen HTTP/1.1\r\nhost: a.test\r\n${field}\r\n\r\n${rest}`);
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const { requests, broken } = upstream;
    expect(requests.filter(({ line }) => line.includes('seen'))).toEqual([]);
    expect(broken).toEqual([]);
  });

  it.each([
    ['a chunk size that is no number', 'zz\r\nab\r\n0\r\n\r\n'],
    ['a negative chunk size', '-1\r\nab\r\n0\r\n\r\n'],
    ['a chunk size with a sign', '+2\r\nab\r\n0\r\n\r\n'],
    ['a chunk size with a prefix', '0x2\r\nab\r\n0\r\n\r\n'],
    ['a chunk size past every number', 'ffffffffffffffffff\r\nab\r\n0\r\n\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a bare line feed after a size', '2\nab\r\n0\r\n\r\n'],
    ['a bare line feed after a chunk', '2\r\nab\n0\r\n\r\n'],
    ['a blank before a size', ' 2\r\nab\r\n0\r\n\r\n'],
    ['a bare line feed in an extension', '2;x\n\r\nab\r\n0\r\n\r\n'],
  ])('%s never becomes a whole request', async (_name, body) => {
    const { upstream, gateway } = await refusing();
    const head = 'POST /seen HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n';
    const received = await rawExchange(gateway.port(), `${head}${body}${HIDDEN}`);
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(upstream.requests).toEqual([]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it.each([
    ['no method', '/seen HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['an unknown method', 'SMUGGLE /seen HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['an unknown version', 'GET /seen HTTP/9.9\r\nhost: a.test\r\n\r\n'],
    ['a target with a blank', 'GET /seen /x HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['a target with a NUL', 'GET /se\0en HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['a target with a tab', 'GET /se\ten HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['a target without a slash', 'GET seen HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['a target of another scheme', 'GET gopher://b.test/seen HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['an asterisk with GET', 'GET * HTTP/1.1\r\nhost: a.test\r\n\r\n'],
    ['a host with user information', 'GET /seen HTTP/1.1\r\nhost: a@b.test\r\n\r\n'],
    ['a host with a path', 'GET /seen HTTP/1.1\r\nhost: a.test/x\r\n\r\n'],
    ['a host with a blank', 'GET /seen HTTP/1.1\r\nhost: a.test b.test\r\n\r\n'],
    ['a host with a port past every port', 'GET /seen HTTP/1.1\r\nhost: a.test:99999\r\n\r\n'],
    [
      'an absolute target with user information',
      'GET http://a@b.test/seen HTTP/1.1\r\nhost: a.test\r\n\r\n',
    ],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['random bytes', '\x00\xff\x13\x37\r\n\r\n'],
  ])('a request line or a host that is none: %s', async (_name, text) => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    expect(await client.send(text).until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(upstream.requests).toEqual([]);
    expect(upstream.connections.join('')).toBe('');
  });

  it.each(['GET /seen\r\n\r\n', 'GET /seen HTTP/2.0\r\nhost: a.test\r\n\r\n'])(
    'a version that the connection does not speak: %j',
    async (text) => {
      const { upstream, gateway } = await refusing();
      expect(await rawExchange(gateway.port(), text)).toMatch(/^HTTP\/1\.1 505 /);
      expect(upstream.requests).toEqual([]);
    },
  );

  it("a request without a host is told so, in agentgateway's words", async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    const received = await client.send('GET / HTTP/1.1\r\n\r\n').until(/host$/);
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).toMatch(/processing failed: no authority or host$/);
    expect(upstream.requests).toEqual([]);
  });
});

describe('what is accepted reaches the upstream as one plain request', () => {
  it('a chunked body is framed anew, without its extensions and trailers', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send(
      'POST /a HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '3;x=y\r\nabc\r\n02\r\nde\r\n0\r\nhost: b.test\r\nx-trailer: 1\r\n\r\n',
    );
    await client.until(/ok$/);
    expect(upstream.requests).toEqual([
      {
        line: 'POST /a HTTP/1.1',
        fields: ['host: a.test', 'transfer-encoding: chunked'],
        body: 'abcde',
      },
    ]);
  });

  it('a field whose value is the name of a framing field changes no framing', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    const hidden = 'GET /hidden HTTP/1.1\r\nhost: a.test\r\n\r\n';
    client.send(
      'POST /a HTTP/1.1\r\nhost: a.test\r\nx-note: content-length\r\ntransfer-encoding: chunked\r\n\r\n' +
        `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
    );
    await client.until(/ok$/);
    expect(upstream.requests.map(({ line, body }) => ({ line, body }))).toEqual([
      { line: 'POST /a HTTP/1.1', body: hidden },
    ]);
  });

  it("a body in front of an upgrade cannot become the beginning of somebody else's request", async () => {
    const { upstream, gateway } = await refusing();
    const first = await rawClient(gateway.port());
    first.send(
      'POST /up HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
        'content-length: 60\r\n\r\nshort',
    );
    await expect.poll(() => upstream.connections.join('')).toMatch(/short$/);
    first.socket.destroy();
    const second = await rawClient(gateway.port());
    await second.send('GET /other HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/ok$/);
    expect(upstream.requests.map(({ line }) => line)).toContain('GET /other HTTP/1.1');
    expect(upstream.requests.map(({ body }) => body)).toEqual(['']);
    expect(upstream.connections).toHaveLength(2);
  });

  it('an upgrade to cleartext HTTP/2 is not passed on: what follows would meet no policy', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send(
      'GET /a HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n' +
        'http2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n',
    );
    expect(await client.until(/ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.requests.map(({ fields }) => fields)).toEqual([['host: a.test']]);
  });

  it('a target in absolute form decides over Host, and is not sent on', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send('GET http://b.test:81/x?y=1 HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await client.until(/ok$/);
    const [{ line, fields }] = upstream.requests;
    expect(line).toBe('GET /x?y=1 HTTP/1.1');
    expect(valuesOf(fields, 'host')).toEqual(['b.test:81']);
    expect(await gateway.logged(1)).toEqual([expect.stringContaining(' http.host=b.test ')]);
  });

  it('a fragment is no part of what is routed or sent', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    await client.send('GET /a#b?c HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/ok$/);
    expect(upstream.requests[0].line).toBe('GET /a HTTP/1.1');
  });
});

describe('fields that speak of one connection', () => {
  it('end at the gateway, with all that `Connection` names', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, X-Mine\r\nConnection: x-other\r\n' +
        'X-Mine: 1\r\nX-Other: 2\r\nX-Kept: 3\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n' +
        'Proxy-Authenticate: Basic\r\nProxy-Authorization: Basic fake\r\nTrailer: x\r\n' +
        'TE: trailers, deflate;q=0.5\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n',
    );
    await client.until(/ok$/);
    expect(upstream.requests[0].fields).toEqual([
      'host: a.test',
      'x-kept: 3',
      'proxy-authorization: Basic fake',
      'te: trailers',
    ]);
  });

  it('cannot take the credential away that a policy asks for', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port, KEYS));
    const client = await rawClient(gateway.port());
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nx-key: fake-key-for-tests\r\nconnection: close, x-key\r\n\r\n',
    );
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 401 /);
    expect(upstream.requests).toEqual([]);
  });

  it('cannot change how a body is framed', async () => {
    const { upstream, gateway } = await refusing();
    const client = await rawClient(gateway.port());
    client.send(
      'POST / HTTP/1.1\r\nhost: a.test\r\nconnection: content-length, host\r\ncontent-length: 3\r\n\r\nabc',
    );
    await client.until(/ok$/);
    expect(upstream.requests.map(({ body }) => body)).toEqual(['abc']);
  });
});

describe('requests that are sent without waiting', () => {
  it('are answered in order, and each meets the policies', async () => {
    const upstream = await rawUpstream((socket, { line }) => {
      const path = line.split(' ')[1];
      const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`;
      setTimeout(() => socket.write(answer), path === '/slow' ? 100 : 0);
    });
    const gateway = await runGateway(routeTo(upstream.port, KEYS));
    const get = (path: string, key: string) =>
      `GET ${path} HTTP/1.1\r\nhost: a.test\r\nx-key: ${key}\r\n\r\n`;
    const client = await rawClient(gateway.port());
    client.send(
      get('/slow', 'fake-key-for-tests') + get('/wrong', 'x') + get('/last', 'fake-key-for-tests'),
    );
    const received = await client.until(/\/last$/);
    expect(received.match(/HTTP\/1\.1 \d+|\/slow$|\/last$/gm)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 401',
      'HTTP/1.1 200',
      '/last',
    ]);
    expect(upstream.requests.map(({ line }) => line)).toEqual([
      'GET /slow HTTP/1.1',
      'GET /last HTTP/1.1',
    ]);
  });

  it('garbage after a request is refused behind its answer, not inside it', async () => {
    const upstream = await rawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf');
      setTimeout(() => socket.write('half'), 150);
    });
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n\0garbage\r\n\r\n');
    const received = await client.untilClosed();
    expect(received).toMatch(/halfhalfHTTP\/1\.1 400 Bad Request\r\n/);
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('http.status=200')]);
  });

  it('that lose their client while they wait for their turn come to an end', async () => {
    const upstream = await rawUpstream((socket, { line }) => {
      if (line.includes('/big')) socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n`);
      if (line.includes('/big')) socket.write(Buffer.alloc(3_000_000));
    });
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a.test\r\n\r\n`;
    client.send(get('/never') + get('/big'));
    await expect.poll(() => upstream.requests.length).toBe(2);
    client.socket.destroy();
    await gateway.logged(2);
    await expect.poll(() => upstream.sockets.every((socket) => socket.destroyed)).toBe(true);
  });
});
