import { describe, expect, it, onTestFinished } from 'vitest';
import { Readiness, readinessEndpoint } from '../../lib/admin/readiness';
import { type Fetched, fetch } from '../support/fetch';

describe('the endpoints of the process', () => {
  it('tell readiness, and what is missing', async () => {
    const readiness = new Readiness(['configuration', 'keys']);
    const endpoint = readinessEndpoint(readiness);
    onTestFinished(() => endpoint.close());
    const port = await endpoint.listen(0, '127.0.0.1');
    const ask = async () => {
      const { status, body } = await fetch(port, '/healthz/ready?x=1');
      return [status, body];
    };
    expect(await ask()).toEqual([500, 'not ready, pending: configuration, keys\n']);
    readiness.ready('keys');
    expect(await ask()).toEqual([500, 'not ready, pending: configuration\n']);
    readiness.ready('configuration');
    expect(await ask()).toEqual([200, 'ready\n']);
    readiness.notReady('draining');
    expect(await ask()).toEqual([500, 'not ready, pending: draining\n']);
  });

  it.each<[string, string, Partial<Fetched>]>([
    ['GET', '/', { status: 404 }],
    ['GET', '/healthz', { status: 404 }],
    ['GET', '/healthz/ready/', { status: 404 }],
    ['GET', '/constructor', { status: 404 }],
    ['GET', '/__proto__', { status: 404 }],
    ['POST', '/healthz/ready', { status: 405, allow: 'GET, HEAD' }],
    ['DELETE', '/healthz/ready', { status: 405, allow: 'GET, HEAD' }],
    ['HEAD', '/healthz/ready', { status: 200, body: '' }],
  ])('answer %s %s', async (method, path, expected) => {
    const endpoint = readinessEndpoint(new Readiness([]));
    onTestFinished(() => endpoint.close());
    const port = await endpoint.listen(0, '127.0.0.1');
    expect(await fetch(port, path, method)).toMatchObject(expected);
  });
});
