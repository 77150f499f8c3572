import { request, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { httpUpstream } from '../support/http-upstream';
import { rawClient } from '../support/raw-client';
import { rawUpstream } from '../support/raw-upstream';
import { routeTo, runGateway } from '../support/running-gateway';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');
const TEN_MEGABYTES = 10 * MEGABYTE.length;

function getMegabytes(response: ServerResponse, count: number): void {
  let left = count;
  const write = () => {
    while (left-- > 0) if (!response.write(MEGABYTE)) return void response.once('drain', write);
    response.end();
  };
  write();
}

describe('bodies pass as they come', () => {
  it.each([
    ['with a length', { 'content-length': String(TEN_MEGABYTES) }],
    ['in chunks', {}],
  ])('ten megabytes both ways, %s', async (_name, headers) => {
    const port = await httpUpstream((incoming, response) => {
      response.writeHead(200, headers);
      incoming.pipe(response);
    });
    const gateway = await runGateway(routeTo(port));
    const outgoing = request({ port: gateway.port(), method: 'POST', headers });
    for (let i = 0; i < 10; i++) outgoing.write(MEGABYTE);
    outgoing.end();
    let size = 0;
    await new Promise((end, failed) => {
      outgoing.on('error', failed);
      outgoing.on('response', (response) => {
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
        });
        response.on('end', end);
      });
    });
    expect(size).toBe(TEN_MEGABYTES);
  });

  it('a client that reads nothing stops its upstream, and nobody hoards', async () => {
    let written = 0;
    const port = await httpUpstream((_incoming, response) => {
      const write = () => {
        while (written < 500) {
          written++;
          if (!response.write(MEGABYTE)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const gateway = await runGateway(routeTo(port));
    const before = process.memoryUsage().rss;
    const client = await rawClient(gateway.port());
    client.socket.pause();
    client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await new Promise((later) => setTimeout(later, 500));
    const settled = written;
    await new Promise((later) => setTimeout(later, 200));
    expect(written).toBe(settled);
    expect(written).toBeLessThan(40);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE.length);
    client.socket.destroy();
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('an upstream that reads nothing stops its client', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const outgoing = request({ port: gateway.port(), method: 'POST' });
    outgoing.on('error', () => {});
    let written = 0;
    outgoing.flushHeaders();
    await expect.poll(() => upstream.sockets.length).toBe(1);
    upstream.sockets[0].pause();
    const write = () => {
      while (written < 500 && !outgoing.destroyed) {
        written++;
        if (!outgoing.write(MEGABYTE)) return void outgoing.once('drain', write);
      }
    };
    write();
    await new Promise((later) => setTimeout(later, 500));
    const settled = written;
    await new Promise((later) => setTimeout(later, 200));
    expect(written).toBe(settled);
    expect(written).toBeLessThan(40);
    outgoing.destroy();
    upstream.sockets[0].resume();
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('a body of many small pieces reaches a slow client whole, and warns of nothing', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const piece = '1\r\nx\r\n';
    const upstream = await rawUpstream((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      socket.write(`${piece.repeat(300_000)}0\r\n\r\n`);
    });
    const gateway = await runGateway(routeTo(upstream.port));
    const outgoing = request({ port: gateway.port() }).end();
    const size = await new Promise<number>((end) => {
      outgoing.on('response', async (response) => {
        await new Promise((later) => setTimeout(later, 300));
        let total = 0;
        for await (const chunk of response) total += (chunk as Buffer).length;
        end(total);
      });
    });
    expect(size).toBe(300_000);
    expect(warned).not.toHaveBeenCalled();
  });

  it('an event reaches the client at once, long before the stream ends', async () => {
    let push: (text: string) => void = () => {};
    const port = await httpUpstream((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      push = (text) => void response.write(text);
    });
    const gateway = await runGateway(routeTo(port));
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/event-stream/);
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      push(event);
      await client.until(new RegExp(event.trim()), 500);
    }
    expect(gateway.log).toEqual([]);
    client.socket.destroy();
    expect(await gateway.logged(1)).toEqual([expect.stringContaining('http.status=200')]);
  });

  it('a stream that the client leaves is cut at the upstream', async () => {
    const cut = vi.fn();
    const port = await httpUpstream((_incoming, response) => {
      response.on('close', cut);
      getMegabytes(response, 1_000);
    });
    const gateway = await runGateway(routeTo(port));
    const client = await rawClient(gateway.port());
    await client.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n').until(/xxx/);
    client.socket.destroy();
    await expect.poll(() => cut.mock.calls.length).toBe(1);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('a body that its client breaks off never ends at the upstream', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(
      'POST / HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    );
    await expect.poll(() => upstream.connections.join('')).toMatch(/abc/);
    client.socket.destroy();
    await expect.poll(() => upstream.sockets[0].destroyed).toBe(true);
    expect(upstream.requests).toEqual([]);
    expect(await gateway.logged(1)).toHaveLength(1);
  });

  it('a client that waits for 100 before its body is told to go on', async () => {
    const upstream = await rawUpstream();
    const gateway = await runGateway(routeTo(upstream.port));
    const client = await rawClient(gateway.port());
    client.send(
      'POST / HTTP/1.1\r\nhost: a.test\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n',
    );
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send('hi');
    await client.until(/HTTP\/1\.1 200 [\s\S]*ok$/);
    expect(upstream.requests.map(({ body }) => body)).toEqual(['hi']);
  });
});
