import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testCertificate } from '../support/certificate';
import { rawClient } from '../support/raw-client';
import { rawUpstream } from '../support/raw-upstream';
import { runGateway } from '../support/running-gateway';

const A = testCertificate('a.test');
const B = testCertificate('b.test');
const FILES = {
  'a.crt': A.cert,
  'a.key': A.key,
  'b.crt': B.cert,
  'b.key': B.key,
  'broken.crt': 'this is no certificate',
};

function listeners(port: number, entries: typeof TWO): string {
  const text = entries.map(
    ([hostname, tls]) => `
  - name: ${hostname.replace('.', '-')}
    hostname: ${hostname}
    protocol: HTTPS
    tls: ${tls}
    routes:
    - backends:
      - host: 127.0.0.1:${port}`,
  );
  return `binds:\n- port: 3000\n  listeners:${text.join('')}`;
}

const TWO: readonly [string, string][] = [
  ['a.test', '{cert: a.crt, key: a.key}'],
  ['b.test', '{cert: b.crt, key: b.key}'],
];

/** Shakes hands without trusting anybody. */
function shake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function get(
  port: number,
  servername: string,
  host: string,
): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      port,
      servername,
      headers: { host },
      rejectUnauthorized: false,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve([response.statusCode, body]);
    });
    outgoing.end();
  });
}

describe('a TLS port', () => {
  it.each(['a.test', 'b.test', 'B.TEST'])(
    'shows %s the certificate of its listener',
    async (servername) => {
      const upstream = await rawUpstream();
      const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
      const socket = await shake(gateway.port(), { servername });
      expect(socket.getPeerCertificate().subject.CN).toBe(servername.toLowerCase());
    },
  );

  it('answers HTTP/1.1 and logs the name that was asked for', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    expect(await get(gateway.port(), 'a.test', 'a.test')).toEqual([200, 'ok']);
    expect(await gateway.logged(1)).toEqual([expect.stringContaining(' tls.sni=a.test ')]);
  });

  it('answers HTTP/2 to those who offer it', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    const client = connectHttp2(`https://127.0.0.1:${gateway.port()}`, {
      servername: 'b.test',
      rejectUnauthorized: false,
    });
    onTestFinished(() => client.destroy());
    const stream = client.request({ ':authority': 'b.test' });
    let body = '';
    for await (const chunk of stream) body += chunk;
    expect(body).toBe('ok');
    expect(client.alpnProtocol).toBe('h2');
    expect(await gateway.logged(1)).toEqual([
      expect.stringMatching(/ http\.version=HTTP\/2\.0 .* tls\.sni=b\.test /),
    ]);
  });

  it.each([['unknown.test'], ['']])('drops the connection of %j', async (servername) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    await expect(shake(gateway.port(), { servername })).rejects.toThrow();
    expect(gateway.log).toEqual([]);
  });

  it('answers 421 to a host of another listener than the one that shook hands', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    expect(await get(gateway.port(), 'a.test', 'b.test')).toEqual([421, 'misdirected request']);
    expect(upstream.requests).toEqual([]);
  });

  it.each([
    ['a missing file', '{cert: missing.crt, key: a.key}'],
    ['no certificate', '{cert: broken.crt, key: a.key}'],
    ['the key of another', '{cert: a.crt, key: b.key}'],
  ])('whose one listener has %s serves the others', async (_name, broken) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, [['a.test', broken], TWO[1]]), {
      files: FILES,
      findings: ['InvalidCertificateRef'],
    });
    await expect(get(gateway.port(), 'a.test', 'a.test')).rejects.toThrow();
    expect(await get(gateway.port(), 'b.test', 'b.test')).toEqual([200, 'ok']);
  });

  it('closes on those who speak without TLS', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').untilClosed();
    expect(upstream.requests).toEqual([]);
    expect(await get(gateway.port(), 'a.test', 'a.test')).toEqual([200, 'ok']);
  });

  it('survives connections that break at any moment', async () => {
    const upstream = await rawUpstream(() => {});
    const gateway = await runGateway(listeners(upstream.port, TWO), { files: FILES });
    const upgrade =
      'GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    for (const text of ['', 'GET / HT', 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n', upgrade]) {
      const raw = await rawClient(gateway.port());
      const secure = connect({
        socket: raw.socket,
        servername: 'a.test',
        rejectUnauthorized: false,
      });
      secure.on('error', () => {});
      await new Promise((shaken) => secure.once('secureConnect', shaken));
      secure.write(text);
      await new Promise((later) => setTimeout(later, 50));
      raw.socket.resetAndDestroy();
    }
    expect(await gateway.logged(2)).toHaveLength(2);
  });
});

describe('a listener that demands certificates of its clients', () => {
  const client = testCertificate('client.test', { name: 'a.test', key: A.privateKey });
  const DEMANDING: typeof TWO = [['a.test', '{cert: a.crt, key: a.key, root: a.crt}'], TWO[1]];

  async function status(servername: string, options: ConnectionOptions): Promise<string> {
    const upstream = await rawUpstream();
    const gateway = await runGateway(listeners(upstream.port, DEMANDING), { files: FILES });
    const socket = await shake(gateway.port(), { servername, ...options });
    socket.write(`GET / HTTP/1.1\r\nhost: ${servername}\r\nconnection: close\r\n\r\n`);
    let received = '';
    for await (const chunk of socket) received += chunk;
    return received.split('\r\n')[0];
  }

  it('lets in whom its root has signed', async () => {
    expect(await status('a.test', { cert: client.cert, key: client.key })).toBe('HTTP/1.1 200 OK');
  });

  it('drops those without one, and those whom another has signed', async () => {
    expect(await status('a.test', {})).toBe('');
    expect(await status('a.test', { cert: B.cert, key: B.key })).toBe('');
  });

  it('asks nothing of the clients of its neighbours', async () => {
    expect(await status('b.test', {})).toBe('HTTP/1.1 200 OK');
  });
});
