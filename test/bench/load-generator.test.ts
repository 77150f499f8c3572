import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Load, type Measured, parseWrk } from '../../bench/harness/load-generator';
import { TS_NODE } from '../../bench/harness/process';

const run = promisify(execFile);
const CLIENT = join(__dirname, '..', '..', 'bench', 'harness', 'load-client.ts');

const WRK = `Running 1s test @ http://127.0.0.1:8080/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   322.23us  153.52us   3.18ms   84.09%
    Req/Sec    24.53k     1.63k   26.30k    80.00%
  Latency Distribution
     50%  295.00us
     75%  378.00us
     90%  486.00us
     99%    1.02ms
  24421 requests in 1.00s, 4.03MB read
Requests/sec:  24391.70
Transfer/sec:      4.02MB
`;

describe('what wrk prints', () => {
  it('is read with its units', () => {
    expect(parseWrk(WRK)).toMatchObject({
      requests: 24421,
      requestsPerSecond: 24391.7,
      p50Ms: 0.295,
      p99Ms: 1.02,
      failures: 0,
    });
  });

  it('counts refused answers and broken connections as failures', () => {
    const errors = '  Socket errors: connect 1, read 2, write 0, timeout 3\n';
    const refused = '  Non-2xx or 3xx responses: 24421\n';
    expect(parseWrk(WRK + errors + refused).failures).toBe(24427);
  });

  it('is refused when it says nothing', () => {
    expect(() => parseWrk('unable to connect')).toThrow('wrk printed nothing like');
  });
});

describe('the built-in client', () => {
  async function measure(status: number): Promise<Measured> {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(status, { 'content-length': 5 }).end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: 'Bearer demo' };
    const load: Load = { port, path: '/', headers, connections: 4, seconds: 0.3 };
    try {
      const args = [...TS_NODE, CLIENT, JSON.stringify(load)];
      const measured = JSON.parse((await run(process.execPath, args)).stdout) as Measured;
      expect(measured.requests).toBe(seen.length);
      expect(new Set(seen)).toEqual(new Set(['Bearer demo']));
      return measured;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('counts every answer once, and how long it took', async () => {
    const { requests, requestsPerSecond, p50Ms, p99Ms, failures } = await measure(200);
    expect(requests).toBeGreaterThan(20);
    expect(requestsPerSecond).toBeGreaterThan(50);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    expect(failures).toBe(0);
  });

  it('posts a body, and reads answers in chunks to their end', async () => {
    const bodies = new Set<string>();
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      bodies.add(`${request.method} ${body}`);
      response.write('in two');
      setImmediate(() => response.end(' parts'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const load: Load = { port, path: '/', headers: {}, connections: 2, seconds: 0.2, body: '{}' };
    try {
      const args = [...TS_NODE, CLIENT, JSON.stringify(load)];
      const { failures, requests } = JSON.parse(
        (await run(process.execPath, args)).stdout,
      ) as Measured;
      expect([failures, [...bodies]]).toEqual([0, ['POST {}']]);
      expect(requests).toBeGreaterThan(2);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('counts refused answers as failures', async () => {
    const { requests, failures } = await measure(401);
    expect(failures).toBe(requests);
  });
});
