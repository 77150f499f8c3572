import { describe, expect, it, onTestFinished } from 'vitest';
import { statsEndpoint } from '../../lib/admin/stats';
import { fetch } from '../support/fetch';
import { rawClient } from '../support/raw-client';
import { rawUpstream } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const FORGED = ' http.status=200 reason="';

function queryKeys(port: number, format = 'text'): string {
  const policy =
    '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}], location: {queryParameter: {name: api_key}}}}';
  return `config: {logging: {format: ${format}}}\n${routeTo(port, policy)}`;
}

describe('the access log', () => {
  it('tells of a refusal and of an answer, as agentgateway does', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(
      routeTo(upstream.port, '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}'),
    );
    const client = await rawClient(gateway.port());
    const get = (path: string, field = '') =>
      client.send(`GET ${path} HTTP/1.1\r\nHost: www.example.com\r\n${field}\r\n`);
    get('/headers');
    await gateway.logged(1);
    get('/headers?x=1', 'Authorization: Bearer fake-key-for-tests\r\n');
    const log = (await gateway.logged(2)).map((line) =>
      line.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:N'),
    );
    expect(log).toMatchInlineSnapshot(`
      [
        "gateway=default/default listener=http route=default/all src.addr=127.0.0.1:N http.method=GET http.host=www.example.com http.path=/headers http.version=HTTP/1.1 http.status=401 protocol=http error="api key authentication failure: no API Key found" reason=APIKeyAuth",
        "gateway=default/default listener=http route=default/all endpoint=127.0.0.1:N src.addr=127.0.0.1:N http.method=GET http.host=www.example.com http.path=/headers?x=1 http.version=HTTP/1.1 http.status=200 protocol=http",
      ]
    `);
    expect(upstream.requests.map(({ fields }) => fields)).toEqual([['host: www.example.com']]);
  });

  it.each<[string, string]>([
    ['blanks that are encoded', `/x${encodeURIComponent(FORGED)}`],
    ['a line break that is encoded', '/x%0a2026-01-01T00:00:00Z%09info%09request'],
    ['quotes', '/x"y"'],
    ['a backslash', '/x\\y'],
    ['a separator of lines that is encoded', '/x%e2%80%a8y'],
    ['an escape', '/x%1b[31m'],
  ])('keeps %s inside one value of one line', async (_name, target) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(`GET ${target} HTTP/1.1\r\nhost: a.test\r\n\r\n`);
    const [line] = await gateway.logged(1);
    expect(line).toMatch(/^gateway=default\/default listener=http /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029]/);
    expect(
      line.match(/ http\.path=("(?:[^"\\]|\\.)*"|\S+) http\.version=HTTP\/1\.1 /),
    ).not.toBeNull();
    expect(line.match(/ http\.status=/g)).toHaveLength(1);
  });

  it('is one JSON object a line where that is configured', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(
      `config: {logging: {format: json}}\n${routeTo(upstream.port)}`,
    );
    const client = await rawClient(gateway.port());
    client.send('GET /x"y" HTTP/1.1\r\nhost: a.test\r\n\r\n');
    const [line] = await gateway.logged(1);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      scope: 'request',
      gateway: 'default/default',
      listener: 'http',
      route: 'default/all',
      endpoint: `127.0.0.1:${upstream.port}`,
      'src.addr': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'http.method': 'GET',
      'http.host': 'a.test',
      'http.path': '/x"y"',
      'http.version': 'HTTP/1.1',
      'http.status': 200,
      protocol: 'http',
      duration: expect.stringMatching(/^\d+ms$/),
    });
  });

  it.each(['text', 'json'])('never holds a credential of a query (%s)', async (format) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(queryKeys(upstream.port, format));
    const client = await rawClient(gateway.port());
    const targets = [
      '/x?api_key=fake-key-for-tests&y=1',
      '/x?y=1&api_key=fake-wrong-key',
      '/x?api%5Fkey=fake-key-for-tests',
      'http://a.test/x?api_key=fake-key-for-tests',
      '/x?api_key=fake-wrong-key&api_key=fake-key-for-tests',
    ];
    for (const [i, target] of targets.entries()) {
      client.send(`GET ${target} HTTP/1.1\r\nhost: a.test\r\n\r\n`);
      await gateway.logged(i + 1);
    }
    client.send('GET /x?api_key=fake-key-for-tests HTTP/1.1\r\nhost: a b\r\n\r\n');
    const log = await gateway.logged(targets.length + 1);
    expect(log.join('\n')).not.toMatch(/fake/);
    expect(log[0]).toContain('/x?api_key=redacted&y=1');
    expect(upstream.connections.join('')).not.toMatch(/fake/);
    expect(upstream.requests.map(({ line }) => line)).toContain('GET /x?y=1 HTTP/1.1');
  });
});

/** The samples of a Prometheus exposition (text format 0.0.4); anything that is none is an error. */
function samples(exposition: string): Map<string, number> {
  const read = new Map<string, number>();
  for (const line of exposition.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) \S+ \S/.test(line)) continue;
    const match = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line);
    if (!match || Number.isNaN(Number(match[2]))) throw new Error(`no sample: ${line}`);
    read.set(match[1], Number(match[2]));
  }
  return read;
}

function sum(read: Map<string, number>, ...parts: readonly string[]): number {
  const matching = [...read].filter(([name]) => parts.every((part) => name.includes(part)));
  return matching.reduce((total, [, value]) => total + value, 0);
}

describe('metrics', () => {
  it('move as requests do', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(
      routeTo(upstream.port, '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}'),
    );
    const endpoint = statsEndpoint(gateway.metrics);
    onTestFinished(() => endpoint.close());
    const port = await endpoint.listen(0, '127.0.0.1');
    const client = await rawClient(gateway.port());
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nauthorization: Bearer fake-key-for-tests\r\n\r\n',
    );
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nauthorization: Bearer fake-key-for-tests\r\n\r\n',
    );
    await gateway.logged(3);
    const { status, type, body } = await fetch(port, '/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    const read = samples(body);
    const total = 'agentgateway_requests_total{';
    expect(sum(read, total, 'status="401"', 'reason="APIKeyAuth"', 'bind="3000"')).toBe(1);
    expect(
      sum(
        read,
        total,
        'status="200"',
        `backend="127.0.0.1:${upstream.port}"`,
        'route="default/all"',
      ),
    ).toBe(2);
    expect(sum(read, 'agentgateway_request_duration_seconds_count{')).toBe(3);
    expect(sum(read, 'agentgateway_request_duration_seconds_bucket{', 'le="+Inf"')).toBe(3);
    expect(sum(read, 'agentgateway_downstream_connections_total{', 'bind="3000"')).toBe(1);
    expect(sum(read, 'agentgateway_build_info{', 'tag="test"')).toBe(1);
    expect((await fetch(port, '/stats/prometheus')).body.split('\n').sort()).toEqual(
      body.split('\n').sort(),
    );
  });

  it('do not grow with what clients invent', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    const ask = async (path: string) =>
      client.send(`GET ${path} HTTP/1.1\r\nhost: ${path.slice(1)}.test\r\nx: "\\n\r\n\r\n`);
    await ask('/first');
    await gateway.logged(1);
    const before = samples(await gateway.metrics.exposition()).size;
    for (let i = 0; i < 50; i++) await ask(`/${i}`);
    await gateway.logged(51);
    expect(samples(await gateway.metrics.exposition()).size).toBe(before);
  });
});
