import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createHttpbin } from '../../apps/upstreams/httpbin';

describe('the stand-in for httpbin', () => {
  let server: Server;
  let origin = '';

  beforeAll(async () => {
    server = createHttpbin();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  it('shows the headers that reached it', async () => {
    const response = await fetch(`${origin}/headers`, { headers: { 'x-seen': 'yes' } });
    expect(await response.json()).toMatchObject({ headers: { 'x-seen': 'yes' } });
  });

  it('shows method, query and body', async () => {
    const url = `${origin}/anything/deep?a=1&b=2`;
    const response = await fetch(url, { method: 'POST', body: 'hello' });
    expect(await response.json()).toMatchObject({
      method: 'POST',
      path: '/anything/deep',
      args: { a: '1', b: '2' },
      data: 'hello',
    });
  });

  it.each([
    ['/status/418', 418],
    ['/status/abc', 400],
    ['/status/99', 400],
    ['/nowhere', 404],
    ['/constructor', 404],
    ['/', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await fetch(origin + path)).status).toBe(status);
  });

  it('sends as many bytes, lines and events as asked for', async () => {
    const text = async (path: string) => (await fetch(origin + path)).text();
    const bytes = await (await fetch(`${origin}/bytes/1000`)).arrayBuffer();
    expect(bytes.byteLength).toBe(1000);
    expect((await text('/stream/3')).trim().split('\n')).toEqual([
      '{"id":0}',
      '{"id":1}',
      '{"id":2}',
    ]);
    expect((await text('/sse')).match(/^event: ping$/gm)).toHaveLength(3);
    expect(await text('/bytes/-5')).toBe('');
  });

  it('waits before it answers', async () => {
    const started = performance.now();
    await fetch(`${origin}/delay/0.2`);
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  it('echoes WebSocket messages, and refuses other upgrades', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/websocket/echo`);
    await new Promise((resolve) => socket.once('open', resolve));
    const echoed = new Promise((resolve) =>
      socket.once('message', (data) => resolve(String(data))),
    );
    socket.send('over and back');
    expect(await echoed).toBe('over and back');
    socket.terminate();
    const refused = new WebSocket(`${origin.replace('http', 'ws')}/headers`);
    await expect(new Promise((_, reject) => refused.once('error', reject))).rejects.toThrow(
      'socket hang up',
    );
  });
});
