import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { allowing, denying, extAuthServer } from '../support/ext-auth-server';
import { rawClient } from '../support/raw-client';
import { rawUpstream } from '../support/raw-upstream';
import { type RunningGateway, routeTo, runGateway } from '../support/running-gateway';

const IMPATIENT = 'frontendPolicies: {http: {http1IdleTimeout: 1s}}\n';
const HEAD = 'POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 100000\r\n\r\n';
/** More than the service is told. */
const BEGINNING = HEAD + 'a'.repeat(9_000);

function asking(port: number, allowPartialMessage: boolean): string {
  const body = `{maxRequestBytes: 1024, allowPartialMessage: ${allowPartialMessage}}`;
  return `{extAuthz: {host: '127.0.0.1:${port}', protocol: {grpc: {}}, failureMode: deny, includeRequestBody: ${body}}}`;
}

async function expectItServes(gateway: RunningGateway): Promise<void> {
  const client = await rawClient(gateway.port());
  await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/^HTTP\/1\.1 \d{3} /);
}

// An error that nobody listens to would end the process; here it fails the run.
describe('a body that breaks off after its beginning was read', () => {
  it('ends only its own exchange: while the check is under way', async () => {
    const upstream = await rawUpstream();
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const service = await extAuthServer(async () => {
      asked();
      await setTimeout(300);
      return allowing();
    });
    const gateway = await runGateway(
      IMPATIENT + routeTo(upstream.port, asking(service.port, true)),
    );
    const client = await rawClient(gateway.port());
    client.send(BEGINNING);
    await isAsked;
    client.socket.destroy();
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('client closed')]);
    await setTimeout(400);
    expect(upstream.requests).toEqual([]);
    await expectItServes(gateway);
  });

  it.each([
    ['refused by the service', true, 403],
    ['too long for it', false, 413],
  ])('ends only its own exchange: %s', async (_name, allowPartialMessage, status) => {
    const upstream = await rawUpstream();
    const service = await extAuthServer(() => denying());
    const policies = asking(service.port, allowPartialMessage);
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port, policies));
    const client = await rawClient(gateway.port());
    client.send(BEGINNING);
    expect(await client.until(/\r\n\r\n/)).toMatch(`HTTP/1.1 ${status} `);
    await client.untilClosed();
    expect(upstream.requests).toEqual([]);
    await expectItServes(gateway);
  });

  it('ends only its own exchange: kept for another try', async () => {
    const upstream = await rawUpstream(() => undefined);
    const policies = '{retry: {attempts: 1, codes: [503]}}';
    const gateway = await runGateway(IMPATIENT + routeTo(upstream.port, policies));
    const client = await rawClient(gateway.port());
    client.send(HEAD + 'a'.repeat(70_000));
    await expect.poll(() => upstream.connections).not.toEqual([]);
    client.socket.destroy();
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('client closed')]);
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
  });
});

it('a client that writes its whole body before it reads gets the refusal all the same', async () => {
  const upstream = await rawUpstream();
  const service = await extAuthServer(() => denying());
  const gateway = await runGateway(routeTo(upstream.port, asking(service.port, true)));
  const client = await rawClient(gateway.port());
  const size = 16 * 1024 * 1024;
  client.socket.pause();
  client.send(`POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: ${size}\r\n\r\n`);
  await new Promise<void>((written, failed) => {
    client.socket.once('error', failed);
    client.socket.write('a'.repeat(size), () => written());
  });
  client.socket.resume();
  expect(await client.until(/\r\n\r\n/)).toMatch('HTTP/1.1 403 ');
  client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
  await client.until(/HTTP\/1\.1 403 [\s\S]*HTTP\/1\.1 403 /);
});
