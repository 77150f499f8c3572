import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentFetcher } from '../../lib/server/fetch-document';
import { parseResolution, resolver } from '../../lib/server/resolve';
import { testCertificate } from '../support/certificate';
import { freePort } from '../support/free-port';
import { httpUpstream } from '../support/http-upstream';

const LIMITS = { timeoutMs: 1000, maxBytes: 100 };

async function fetchFrom(listener: RequestListener, limits = LIMITS) {
  const port = await httpUpstream(listener);
  return documentFetcher(resolver([]))(`http://127.0.0.1:${port}/jwks?a=b`, limits);
}

describe('a document that is fetched', () => {
  it('is given with its status and fields', async () => {
    const asked: unknown[] = [];
    const answer = await fetchFrom((request, response) => {
      asked.push(request.method, request.url, request.headers.accept);
      response.writeHead(404, { 'Cache-Control': 'max-age=60' }).end('none');
    });
    expect(asked).toEqual(['GET', '/jwks?a=b', 'application/json']);
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([404, 'none']);
    const at = answer.headers.indexOf('cache-control');
    expect(answer.headers[at + 1]).toBe('max-age=60');
  });

  it('is where `--resolve` says', async () => {
    const port = await httpUpstream((request, response) => response.end(request.url));
    const resolve = resolver([parseResolution(`issuer.shop:443=http://127.0.0.1:${port}`)]);
    const fetch = documentFetcher(resolve);
    for (const host of ['issuer.shop', 'issuer.shop.svc.cluster.local']) {
      const { body } = await fetch(`https://${host}/keys`, LIMITS);
      expect(Buffer.from(body).toString()).toBe('/keys');
    }
  });

  it('is asked for by its own name where `--resolve` keeps TLS, and not from anybody', async () => {
    const asked: unknown[] = [];
    const certificate = testCertificate('issuer.shop');
    const server = createServer({
      ...certificate,
      SNICallback: (name, answer) => {
        asked.push(name);
        answer(null);
      },
    });
    const port = await new Promise<number>((listening) => {
      server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port));
    });
    onTestFinished(() => void server.close());
    const resolve = resolver([parseResolution(`issuer.shop:443=https://127.0.0.1:${port}`)]);
    const fetched = documentFetcher(resolve)('https://issuer.shop/keys', LIMITS);
    await expect(fetched).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(asked).toEqual(['issuer.shop']);
  });

  it('is not looked for where a redirect leads', async () => {
    let asked = 0;
    const answer = await fetchFrom((_, response) => {
      asked++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect([answer.status, asked]).toEqual([302, 1]);
  });

  it('may not be longer than wanted', async () => {
    const endless: RequestListener = (_, response) => {
      const write = () => response.write('x'.repeat(1000)) && setImmediate(write);
      response.on('drain', write).on('error', () => {});
      write();
    };
    await expect(fetchFrom(endless)).rejects.toThrow('the answer is longer than 100 bytes');
  });

  it.each<[string, RequestListener]>([
    ['says nothing', () => {}],
    ['stops in the middle', (_, response) => void response.write('x')],
    [
      'sends a byte now and then',
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('fails in time where the server %s', async (_, listener) => {
    const limits = { timeoutMs: 200, maxBytes: 100 };
    await expect(fetchFrom(listener, limits)).rejects.toThrow('there is no answer within 0.2 s');
  });

  it('fails where the answer breaks off', async () => {
    await expect(
      fetchFrom((_, response) => {
        response.writeHead(200, { 'content-length': '50' }).write('x');
        setTimeout(() => response.destroy(), 20);
      }),
    ).rejects.toThrow();
  });

  it('fails where nobody listens', async () => {
    const fetch = documentFetcher(resolver([]));
    const port = await freePort();
    await expect(fetch(`http://127.0.0.1:${port}/`, LIMITS)).rejects.toThrow('ECONNREFUSED');
  });
});
