import { connect } from 'node:http2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { denying, extAuthServer } from '../support/ext-auth-server';
import { rawClient } from '../support/raw-client';
import { type RunningGateway, routeTo, runGateway } from '../support/running-gateway';

const ASK = 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n';

/** Two requests on one connection: what of the first is too much would stand before the second answer. */
async function overHttp1(gateway: RunningGateway): Promise<string[]> {
  const client = await rawClient(gateway.port());
  client.send(ASK + ASK);
  const received = await client.until(/\r\n\r\n[\s\S]*\r\n\r\n/);
  return received.split('\r\n').filter((line) => !/^(date|connection|keep-alive):/i.test(line));
}

function overHttp2(gateway: RunningGateway): Promise<unknown[]> {
  const session = connect(`http://127.0.0.1:${gateway.port()}`);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':path': '/', ':authority': 'a.test' });
  let seen: unknown[] = [];
  let body = '';
  stream.on('response', (fields) => {
    seen = [fields[':status'], fields['content-length']];
  });
  stream.on('data', (chunk) => {
    body += chunk;
  });
  stream.on('error', () => {});
  return new Promise((resolve) =>
    stream.on('close', () => resolve([...seen, body, stream.rstCode])),
  );
}

describe.each([
  ['204 No Content', []],
  ['205 Reset Content', ['content-length: 0']],
  ['304 Not Modified', []],
])('an answer of ours with status %s has no body (RFC 9110 §6.4.1)', (line, length) => {
  const status = Number.parseInt(line, 10);
  const head = [`HTTP/1.1 ${line}`, ...length, ''];
  const expected = [...head, ...head, ''];
  const expectedFields = [status, length.length > 0 ? '0' : undefined, '', 0];

  it('where the configuration gives it one', async () => {
    const direct = `{directResponse: {status: ${status}, body: nobody}}`;
    const gateway = await runGateway(routeTo(80, direct));
    expect(await overHttp1(gateway)).toEqual(expected);
    expect(await overHttp2(gateway)).toEqual(expectedFields);
  });

  it('where an authorization service gives it one', async () => {
    const denied = denying({ status: { code: status }, body: 'nobody' });
    const service = await extAuthServer(() => denied);
    const checked = `{extAuthz: {host: "127.0.0.1:${service.port}"}}`;
    const gateway = await runGateway(routeTo(80, checked));
    const withType = [head[0], 'content-type: text/plain', ...head.slice(1)];
    expect(await overHttp1(gateway)).toEqual([...withType, ...withType, '']);
    expect(await overHttp2(gateway)).toEqual(expectedFields);
  });
});
