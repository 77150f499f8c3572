import { describe, expect, it } from 'vitest';
import { rawClient, rawExchange } from '../support/raw-client';
import { rawUpstream } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const KEYS = '{apiKey: {mode: strict, keys: [{key: fake-key-for-tests}]}}';
const IMPATIENT = 'frontendPolicies: {http: {http1IdleTimeout: 1s}}\n';

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `x-${i}: a\r\n`).join('');
}

describe('how much a client may send', () => {
  it.each([
    [99, 200],
    [100, 431],
    [1_000, 431],
  ])('with %i fields besides Host it is answered %i', async (count, status) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(`GET / HTTP/1.1\r\nhost: a.test\r\n${fields(count)}\r\n`);
    expect(await client.until(/\r\n\r\n/)).toMatch(`HTTP/1.1 ${status} `);
    expect(upstream.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each([
    ['a field', `GET / HTTP/1.1\r\nhost: a.test\r\nx: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['a target', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: a.test\r\n\r\n`],
    ['a name', `GET / HTTP/1.1\r\nhost: a.test\r\n${'a'.repeat(70_000)}: x\r\n\r\n`],
    ['a head without end', `GET / HTTP/1.1\r\nhost: a.test\r\n${'x: aaaaaaaa\r\n'.repeat(10_000)}`],
  ])('%s of more than 64 KiB: 431', async (_name, text) => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    expect(await rawExchange(gateway.port(), text)).toMatch(/^HTTP\/1\.1 431 /);
    expect(upstream.requests).toEqual([]);
  });
});

describe('how long a client may take', () => {
  it('a connection that says nothing is closed', async () => {
    const gateway = await runGateway(IMPATIENT + routeTo(80));
    expect(await (await rawClient(gateway.port())).untilClosed()).toBe('');
  });

  it.each(['G', 'P', 'PRI * H'])('one that says no more than %j is closed', async (text) => {
    const gateway = await runGateway(IMPATIENT + routeTo(80));
    await (await rawClient(gateway.port())).send(text).untilClosed();
  });

  it('a head that comes a byte at a time is not waited for', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    const head = 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n';
    let sent = 0;
    const timer = setInterval(() => {
      if (client.closed || sent === head.length) clearInterval(timer);
      else client.send(head[sent++]);
    }, 200);
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(upstream.requests).toEqual([]);
  });

  it('a second head is held to the same time as the first', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/ok$/);
    const timer = setInterval(() => client.closed || client.send('G'), 200);
    await client.untilClosed();
    clearInterval(timer);
    expect(upstream.requests).toHaveLength(1);
  });

  it('a connection that has been idle long enough is closed', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/ok$/);
    await client.untilClosed();
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('a body that takes longer than the request may: 504, and the connection ends', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(
      IMPATIENT + routeTo(upstream.port, '{timeout: {requestTimeout: 200ms}}'),
    );
    const client = await rawClient(gateway.port());
    client.send('POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 100\r\n\r\na');
    expect(await client.until(/request timeout$/)).toMatch(/^HTTP\/1\.1 504 /);
    await client.untilClosed();
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
    expect(upstream.requests).toEqual([]);
    expect(await gateway.logged(1)).toEqual([expect.stringMatching(/ reason=Timeout$/)]);
  });

  it('a body that nobody reads, behind a refusal, is cut in the end', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port, KEYS));
    const client = await rawClient(gateway.port());
    client.send('POST / HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n');
    await client.until(/no API Key found$/);
    const timer = setInterval(() => client.closed || client.send('1\r\na\r\n'), 100);
    await client.untilClosed();
    clearInterval(timer);
    expect(upstream.connections).toEqual([]);
    expect(await gateway.logged(1)).toEqual([expect.stringMatching(/ http\.status=401 /)]);
  });

  it('a body that ends soon behind a refusal leaves the connection to the next request', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port, KEYS));
    const client = await rawClient(gateway.port());
    client.send('POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 100\r\n\r\n');
    await client.until(/no API Key found$/);
    client.send('a'.repeat(100));
    client.send(
      'GET / HTTP/1.1\r\nhost: a.test\r\nauthorization: Bearer fake-key-for-tests\r\n\r\n',
    );
    await client.until(/ok$/);
    expect(upstream.requests.map(({ line }) => line)).toEqual(['GET / HTTP/1.1']);
  });

  it('a connection that has lasted its time ends with its next answer', async () => {
    const upstream = await rawUpstream();
    const text = `frontendPolicies: {http: {maxConnectionDuration: 300ms}}\n${routeTo(upstream.port)}`;
    const gateway = await runGateway(text);
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/ok$/);
    await new Promise((later) => setTimeout(later, 400));
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    expect(await client.untilClosed()).toMatch(/connection: close\r\n(.+\r\n)*\r\nok$/);
  });
});
