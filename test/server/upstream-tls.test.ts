import { createSecureServer } from 'node:http2';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HeaderList, UpstreamAddress, UpstreamHandler, UpstreamTls } from '../../lib/effects';
import { parseResolution, resolver } from '../../lib/server/resolve';
import { UpstreamPools } from '../../lib/server/upstreams';
import { type TestCertificate, testCertificate } from '../support/certificate';
import { httpsUpstream, listen, type SecureUpstream } from '../support/https-upstream';

const AUTHORITY = testCertificate('authority.test');
const ISSUER = { name: 'authority.test', key: AUTHORITY.privateKey };
const UPSTREAM = testCertificate('api.test', { issuer: ISSUER });
const CLIENT = testCertificate('gateway.test', { issuer: ISSUER });
const ROOTS = { roots: AUTHORITY.cert };

async function http2Upstream(options: { allowHTTP1?: boolean } = {}): Promise<SecureUpstream> {
  const handshakes: TLSSocket[] = [];
  const resumed: boolean[] = [];
  const requests: string[] = [];
  const { cert, key } = UPSTREAM;
  const server = createSecureServer({ cert, key, ...options }, (request, response) => {
    requests.push(`${request.scheme} ${request.method} ${request.authority} ${request.url}`);
    response.end('hello');
  });
  server.on('secureConnection', (socket) => {
    handshakes.push(socket);
    resumed.push(socket.isSessionReused());
  });
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  return { port: await listen(server), handshakes, resumed, requests };
}

interface Call {
  readonly tls?: UpstreamTls;
  readonly host?: string;
  readonly httpVersion?: UpstreamAddress['httpVersion'];
  readonly connectTimeoutMs?: number;
}

/** Calls the upstream at a local port as if it were `host`, once or more; each outcome is a status and a body or an error. */
class Caller {
  readonly pools: UpstreamPools;
  readonly #address: UpstreamAddress;

  constructor(port: number, { tls = ROOTS, host = 'api.test', ...call }: Call, scheme = 'https') {
    const resolution = parseResolution(`${host}:443=${scheme}://127.0.0.1:${port}`);
    this.pools = new UpstreamPools(
      { connectTimeoutMs: 5_000, poolIdleTimeoutMs: 5_000 },
      resolver([resolution]),
    );
    this.#address = { host, port: 443, httpVersion: 'HTTP/1.1', tls, ...call };
    onTestFinished(() => this.pools.destroy());
  }

  get(fields: HeaderList = []): Promise<string> {
    return this.#send(fields);
  }

  upgrade(upgrade: string): Promise<string> {
    return this.#send([], upgrade);
  }

  #send(fields: HeaderList, upgrade?: string): Promise<string> {
    return new Promise((settle) => {
      const upstream = this.pools.open(this.#address);
      const headers = ['host', 'api.test', ...fields];
      upstream.send(
        { method: 'GET', path: '/', headers, body: null, upgrade },
        new Recorder(settle),
      );
    });
  }
}

class Recorder implements UpstreamHandler {
  #text = '';
  constructor(
    private readonly settle: (outcome: string) => void,
    private readonly cancelsAfterMs?: number,
  ) {}
  onStart(abort: (reason: Error) => void): void {
    if (this.cancelsAfterMs === undefined) return;
    setTimeout(() => abort(new Error('enough')), this.cancelsAfterMs);
  }
  onHeaders(status: number): void {
    this.#text = `${status} `;
  }
  onData(chunk: Uint8Array): boolean {
    this.#text += Buffer.from(chunk).toString();
    return true;
  }
  onComplete(): void {
    this.settle(this.#text);
  }
  onError({ kind, message }: { kind: string; message: string }): void {
    this.settle(`${kind}: ${message}`);
  }
  onUpgrade(): void {
    this.settle('upgraded');
  }
}

describe('an upstream over TLS', () => {
  it('is called by its name, which its certificate must bear', async () => {
    const upstream = await httpsUpstream(UPSTREAM);
    const caller = new Caller(upstream.port, {});
    expect(await caller.get()).toBe('200 hello');
    expect(upstream.handshakes).toMatchObject([
      { servername: 'api.test', alpnProtocol: 'http/1.1' },
    ]);
  });

  it.each<[string, Call, TestCertificate, string]>([
    ['of an unknown authority', { tls: {} }, UPSTREAM, 'signed by no authority that is trusted'],
    ['signed by itself', { tls: {} }, testCertificate('api.test'), 'signed by itself'],
    ['of another name', { host: 'other.test' }, UPSTREAM, 'is for another name'],
    [
      'of another name than the one that is written',
      { tls: { ...ROOTS, serverName: 'b.test' } },
      UPSTREAM,
      'is for another name',
    ],
    [
      'of none of the names',
      { tls: { ...ROOTS, subjectAltNames: ['b.test', 'spiffe://td/b'] } },
      UPSTREAM,
      'is for another name',
    ],
    [
      'of another address',
      { host: '192.0.2.7' },
      testCertificate('x', { issuer: ISSUER, addresses: ['192.0.2.8'] }),
      'is for another name',
    ],
    [
      'that has its name as a subject only',
      {},
      testCertificate('api.test', { issuer: ISSUER, isHost: false }),
      'is for another name',
    ],
    [
      'whose time is over',
      {},
      testCertificate('api.test', { issuer: ISSUER, expired: true }),
      'has expired',
    ],
    [
      'of another authority, whatever its name',
      { tls: { insecureHost: true } },
      UPSTREAM,
      'signed by no authority',
    ],
    [
      'of another authority, where both checks are off but one',
      { tls: { insecureHost: true, insecure: true } },
      UPSTREAM,
      'signed by no authority',
    ],
  ])('with a certificate %s gets nothing', async (_case, call, certificate, message) => {
    const upstream = await httpsUpstream(certificate);
    const outcome = await new Caller(upstream.port, call).get(['authorization', 'demo-secret']);
    expect(outcome).toMatch(/^connect: the certificate of the upstream /);
    expect(outcome).toContain(message);
    expect(outcome).not.toMatch(/127\.0\.0\.1|test/);
    expect(upstream.requests).toEqual([]);
  });

  it.each<[string, Call, TestCertificate]>([
    [
      'of the name that is written',
      { host: '192.0.2.7', tls: { ...ROOTS, serverName: 'api.test' } },
      UPSTREAM,
    ],
    [
      'of one of the names',
      { host: 'b.test', tls: { ...ROOTS, subjectAltNames: ['c.test', 'api.test'] } },
      UPSTREAM,
    ],
    [
      'of a URI',
      { tls: { ...ROOTS, subjectAltNames: ['spiffe://td/ns/a'] } },
      testCertificate('x', { issuer: ISSUER, uris: ['spiffe://td/b', 'spiffe://td/ns/a'] }),
    ],
    [
      'of a URI beside one that quotes it',
      { tls: { ...ROOTS, subjectAltNames: ['spiffe://td/c'] } },
      testCertificate('x', {
        issuer: ISSUER,
        uris: ['spiffe://td/"b", URI:spiffe://td/q', 'spiffe://td/c'],
      }),
    ],
    [
      'of its address',
      { host: '192.0.2.7' },
      testCertificate('x', { issuer: ISSUER, addresses: ['192.0.2.7'] }),
    ],
    ['of a wildcard', { host: 'a.api.test' }, testCertificate('*.api.test', { issuer: ISSUER })],
    [
      'of another name, where that is let pass',
      { host: 'b.test', tls: { ...ROOTS, insecureHost: true } },
      UPSTREAM,
    ],
    [
      'of anybody, where that is let pass',
      { host: 'b.test', tls: { insecure: true } },
      testCertificate('c.test'),
    ],
  ])('with a certificate %s is called', async (_case, call, certificate) => {
    const upstream = await httpsUpstream(certificate);
    expect(await new Caller(upstream.port, call).get()).toBe('200 hello');
  });

  it('is not shown a URI that only stands quoted in another', async () => {
    const certificate = testCertificate('x', { issuer: ISSUER, uris: ['a:b, URI:spiffe://td/q'] });
    const upstream = await httpsUpstream(certificate);
    const tls = { ...ROOTS, subjectAltNames: ['spiffe://td/q'] };
    expect(await new Caller(upstream.port, { tls }).get()).toContain('is for another name');
  });

  it('is never asked by an address in the handshake', async () => {
    const certificate = testCertificate('x', { issuer: ISSUER, addresses: ['192.0.2.7'] });
    const upstream = await httpsUpstream(certificate);
    await new Caller(upstream.port, { host: '192.0.2.7' }).get();
    expect(upstream.handshakes).toMatchObject([{ servername: false }]);
  });
});

describe('an upstream that demands a certificate', () => {
  const DEMANDS: TlsOptions = { requestCert: true, rejectUnauthorized: true, ca: AUTHORITY.cert };

  it('is shown that of the gateway', async () => {
    const upstream = await httpsUpstream(UPSTREAM, DEMANDS);
    const { cert, key } = CLIENT;
    expect(await new Caller(upstream.port, { tls: { ...ROOTS, cert, key } }).get()).toBe(
      '200 hello',
    );
    expect(upstream.handshakes[0].getPeerCertificate().subject.CN).toBe('gateway.test');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'and is shown none or a wrong one fails (%s)',
    async (maxVersion) => {
      const upstream = await httpsUpstream(UPSTREAM, { ...DEMANDS, maxVersion });
      const none = await new Caller(upstream.port, {}).get();
      const { cert, key } = testCertificate('gateway.test');
      const wrong = await new Caller(upstream.port, { tls: { ...ROOTS, cert, key } }).get();
      // With TLS 1.3 a refusal follows the handshake, and a closing connection may overtake it.
      expect([none, wrong]).toEqual(Array(2).fill(expect.stringMatching(/^(connect|reset): /)));
      expect(upstream.requests).toEqual([]);
    },
  );

  it.each<[string, UpstreamTls]>([
    ['a key of another certificate', { cert: CLIENT.cert, key: UPSTREAM.key }],
    ['no key', { cert: CLIENT.cert, key: 'this is no key' }],
    ['no certificate', { cert: 'this is no certificate', key: CLIENT.key }],
  ])('is not called with %s', async (_case, tls) => {
    const upstream = await httpsUpstream(UPSTREAM, DEMANDS);
    const outcome = await new Caller(upstream.port, { tls: { ...ROOTS, ...tls } }).get();
    expect(outcome).toBe('connect: the certificates for the upstream cannot be used');
    expect(upstream.handshakes).toEqual([]);
  });
});

describe('the version of HTTP', () => {
  it('is agreed on in the handshake, and requests share a connection of HTTP/2', async () => {
    const upstream = await http2Upstream();
    const caller = new Caller(upstream.port, { httpVersion: 'HTTP/2.0' });
    const outcomes = await Promise.all([caller.get(), caller.get(), caller.get()]);
    expect(outcomes).toEqual(['200 hello', '200 hello', '200 hello']);
    expect(upstream.requests[0]).toBe('https GET api.test /');
    expect(upstream.handshakes).toMatchObject([{ alpnProtocol: 'h2', servername: 'api.test' }]);
  });

  it('that the upstream does not speak is an error, before a request is sent', async () => {
    const http2 = await http2Upstream({ allowHTTP1: false });
    const http1 = await httpsUpstream(UPSTREAM, { ALPNProtocols: ['http/1.1'] });
    const silent = await tlsUpstream(() => {}, { ALPNProtocols: undefined });
    const refused = 'protocol: the upstream speaks no version of HTTP that the gateway offers';
    const other = 'protocol: the upstream chose another version of HTTP';
    expect(await new Caller(http2.port, {}).get()).toBe(refused);
    expect(await new Caller(http1.port, { httpVersion: 'HTTP/2.0' }).get()).toBe(refused);
    expect(await new Caller(silent, { httpVersion: 'HTTP/2.0' }).get()).toBe(other);
    expect([...http1.requests, ...http2.requests]).toEqual([]);
  });

  it.each([
    ['h2', 'http/1.1'],
    ['http/1.1', 'h2'],
  ])('is what the upstream chooses where %s and %s are offered', async (...alpn) => {
    const http2 = await http2Upstream();
    const http1 = await httpsUpstream(UPSTREAM, { ALPNProtocols: ['http/1.1'] });
    const silent = await httpsUpstream(UPSTREAM, { ALPNProtocols: undefined });
    for (const { port, handshakes } of [http2, http1, silent]) {
      const caller = new Caller(port, { tls: { ...ROOTS, alpn } });
      expect(await Promise.all([caller.get(), caller.get()])).toEqual(['200 hello', '200 hello']);
      const shaken = handshakes.length;
      expect(await caller.get()).toBe('200 hello');
      expect(handshakes).toHaveLength(shaken);
    }
    expect(http2.handshakes).toMatchObject([{ alpnProtocol: 'h2' }]);
  });

  it('is HTTP/2 where nothing else is offered', async () => {
    const upstream = await http2Upstream();
    expect(await new Caller(upstream.port, { tls: { ...ROOTS, alpn: ['h2'] } }).get()).toBe(
      '200 hello',
    );
  });

  it('that changes protocols is HTTP/1.1', async () => {
    const port = await tlsUpstream(
      (socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: demo\r\n\r\n');
        });
      },
      { ALPNProtocols: ['h2', 'http/1.1'] },
    );
    const caller = new Caller(port, { tls: { ...ROOTS, alpn: ['h2', 'http/1.1'] } });
    expect(await caller.upgrade('demo')).toBe('upgraded');
  });

  it('is HTTP/1.1 where the upstream chooses none', async () => {
    const upstream = await tlsUpstream((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    expect(await new Caller(upstream, {}).get()).toBe('200 ok');
  });
});

/** An upstream that does what it likes once the handshake is done. */
function tlsUpstream(
  accept: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<number> {
  const { cert, key } = UPSTREAM;
  const server = createTlsServer({ cert, key, ...options }, (socket) => {
    socket.on('error', () => {});
    accept(socket);
  });
  server.on('tlsClientError', () => {});
  return listen(server);
}

describe('a handshake that comes to nothing', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['is never answered', () => {}, 'connect: the TLS handshake timed out'],
    [
      'is cut',
      (socket) => socket.once('data', () => socket.end()),
      'connect: the connection ended during the TLS handshake',
    ],
    [
      'is reset',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      'connect: the connection ended during the TLS handshake',
    ],
    [
      'is refused at once',
      (socket) => socket.end(),
      'connect: the connection ended during the TLS handshake',
    ],
    [
      'is answered in clear',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'connect: the upstream does not speak TLS',
    ],
  ])('because it %s', async (_case, script, message) => {
    for (const httpVersion of ['HTTP/1.1', 'HTTP/2.0'] as const) {
      const port = await listen(createTcpServer((socket) => void script(socket)));
      const call = { httpVersion, connectTimeoutMs: 300 };
      expect(await new Caller(port, call).get()).toBe(message);
    }
  });

  it('leaves the next request a connection of its own', async () => {
    let attempts = 0;
    const server = createTlsServer({ cert: UPSTREAM.cert, key: UPSTREAM.key }, (socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    const front = createTcpServer((socket) => {
      if (attempts++ === 0) socket.destroy();
      else server.emit('connection', socket);
    });
    const caller = new Caller(await listen(front), {});
    expect(await caller.get()).toMatch(/^connect: /);
    expect(await caller.get()).toBe('200 ok');
  });
});

describe('a connection over TLS', () => {
  it('is used again, and one that its upstream closes is not', async () => {
    const upstream = await httpsUpstream(UPSTREAM);
    const caller = new Caller(upstream.port, {});
    await caller.get();
    await caller.get();
    expect(upstream.handshakes).toHaveLength(1);
    upstream.handshakes[0].end();
    await expect.poll(() => upstream.handshakes[0].closed).toBe(true);
    expect(await caller.get()).toBe('200 hello');
    expect(upstream.handshakes).toHaveLength(2);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes the session of an earlier one (%s)',
    async (maxVersion) => {
      const upstream = await httpsUpstream(UPSTREAM, { maxVersion });
      const caller = new Caller(upstream.port, {});
      for (let i = 0; i < 3; i++) {
        expect(await caller.get(['connection', 'close'])).toBe('200 hello');
        await expect.poll(() => upstream.handshakes.at(-1)?.destroyed).toBe(true);
      }
      expect(upstream.resumed).toEqual([false, true, true]);
    },
  );

  it('is no way around a certificate: what was never verified is not resumed', async () => {
    const upstream = await httpsUpstream(
      testCertificate('api.test', { issuer: ISSUER, isHost: false }),
      { maxVersion: 'TLSv1.2' },
    );
    const caller = new Caller(upstream.port, {});
    expect(await caller.get()).toContain('is for another name');
    expect(await caller.get()).toContain('is for another name');
    expect(upstream.requests).toEqual([]);
  });

  it('ends an answer without a length when the upstream says that it is over', async () => {
    const port = await tlsUpstream((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it'),
      );
    });
    expect(await new Caller(port, {}).get()).toBe('200 all of it');
  });

  it('that breaks off inside an answer is a failure', async () => {
    const port = await tlsUpstream((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', () => socket.destroy());
      });
    });
    expect(await new Caller(port, {}).get()).toMatch(/^reset: connection (closed|reset)$/);
  });

  it('is shared only by addresses that are alike in all', async () => {
    const upstream = await httpsUpstream(UPSTREAM, {
      requestCert: true,
      rejectUnauthorized: false,
    });
    const caller = new Caller(upstream.port, {});
    const address = { host: 'api.test', port: 443, httpVersion: 'HTTP/1.1' } as const;
    const { cert, key } = CLIENT;
    const open = (tls?: UpstreamTls) => caller.pools.open({ ...address, tls });
    const all = [
      open(),
      open(ROOTS),
      open({ ...ROOTS, cert, key }),
      open({ ...ROOTS, insecure: true }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(open({ ...ROOTS, cert, key })).toBe(all[2]);
    expect(all.map(({ endpoint }) => endpoint)).toEqual(
      Array(4).fill(`127.0.0.1:${upstream.port}`),
    );
  });
});

describe('an upstream that is resolved', () => {
  it('with http:// is called in clear', async () => {
    const seen: string[] = [];
    const port = await listen(
      createTcpServer((socket) => {
        socket.once('data', (bytes) => {
          seen.push(bytes.toString('latin1'));
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        });
      }),
    );
    expect(await new Caller(port, {}, 'http').get()).toBe('200 ok');
    expect(seen[0]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  });

  it('with https:// is still known by the name of the configuration', async () => {
    const local = testCertificate('localhost', { issuer: ISSUER, addresses: ['127.0.0.1'] });
    const upstream = await httpsUpstream(local);
    expect(await new Caller(upstream.port, {}).get()).toContain('is for another name');
  });
});

describe('an upstream over HTTP/2', () => {
  it('is asked for nothing more once a request that waits for it is cancelled', async () => {
    const port = await listen(createTcpServer(() => {}));
    const caller = new Caller(port, { httpVersion: 'HTTP/2.0' });
    const upstream = caller.pools.open({
      host: 'api.test',
      port: 443,
      httpVersion: 'HTTP/2.0',
      tls: ROOTS,
    });
    const outcome = await new Promise<string>((settle) => {
      const request = { method: 'GET', path: '/', headers: ['host', 'api.test'], body: null };
      upstream.send(request, new Recorder(settle, 10));
    });
    expect(outcome).toBe('aborted: cancelled');
  });
});
