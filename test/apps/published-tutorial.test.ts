import type { Server } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpbin } from '../../apps/upstreams/httpbin';
import { untilAnswered } from './until-answered';
import { freePort, ROOT, type Running, serviceAddresses, Workspace } from './workspace';

const AGW = join(ROOT, 'build', 'lib', 'cli', 'main.js');
const FILE = 'apps/api-keys/tutorial.yaml';
/** Printed in the published tutorial. */
const KEY = 'N2YwMDIxZTEtNGUzNS1jNzgzLTRkYjAtYjE2YzRkZGVmNjcy';
const HOST = 'www.example.com';

interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

describe('the published tutorial’s own manifests', { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let httpbin: Server;
  let gateway: Running;
  let port: number;

  beforeAll(async () => {
    workspace = Workspace.create();
    httpbin = createHttpbin();
    await new Promise<void>((resolve) => httpbin.listen(0, '127.0.0.1', resolve));
    const upstream = `http://127.0.0.1:${(httpbin.address() as AddressInfo).port}`;
    port = await freePort();
    const options = ['--port', `80:${port}`, '--resolve', `httpbin.httpbin:8000=${upstream}`];
    gateway = workspace.start(
      process.execPath,
      [AGW, 'run', FILE, ...options],
      await serviceAddresses(),
    );
    await untilAnswered(() => call({}));
  }, 60_000);
  afterAll(() => {
    workspace.remove();
    httpbin.close();
    httpbin.closeAllConnections();
  });

  function call(headers: Record<string, string>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/headers',
          headers: { host: HOST, ...headers },
          agent: false,
        },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => {
            const contentType = response.headers['content-type'];
            resolve({ status: response.statusCode ?? 0, contentType, body });
          });
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  it('refuse a request without a key, with the body and the log line that the tutorial shows', async () => {
    expect(await call({})).toEqual({
      status: 401,
      contentType: 'text/plain',
      body: 'api key authentication failure: no API Key found',
    });
    const log = await gateway.printed(/http\.status=401 .*reason=APIKeyAuth/);
    const line = log.split('\n').find((each) => each.includes('reason=APIKeyAuth')) ?? '';
    expect(line).toMatch(
      new RegExp(
        [
          'route=httpbin/httpbin .*http\\.method=GET http\\.host=www\\.example\\.com http\\.path=/headers ',
          '.*http\\.status=401 .*protocol=http ',
          'error="api key authentication failure: no API Key found" reason=APIKeyAuth duration=\\d+ms$',
        ].join(''),
      ),
    );
  });

  it('let a request with the key through, and keep the key from the upstream', async () => {
    const { status, body } = await call({ authorization: `Bearer ${KEY}`, 'x-other': 'stays' });
    expect(status).toBe(200);
    const { headers } = JSON.parse(body);
    expect(headers).toMatchObject({ 'x-other': 'stays' });
    expect(headers).not.toHaveProperty('authorization');
    expect(body).not.toContain(KEY);
    await gateway.printed(/endpoint=127\.0\.0\.1:\d+ .*http\.status=200 .*protocol=http/);
  });

  it('refuse a wrong key, and never log one', async () => {
    const { status, body } = await call({ authorization: 'Bearer wrong-key' });
    expect({ status, body }).toEqual({
      status: 401,
      body: 'api key authentication failure: invalid credentials',
    });
    const log = await gateway.printed(/invalid credentials/);
    expect(log).not.toContain('wrong-key');
    expect(log).not.toContain(KEY);
  });
});
