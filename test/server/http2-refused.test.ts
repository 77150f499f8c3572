import {
  constants,
  createServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Upstream } from '../../lib/effects';
import { callWhole } from '../../lib/gateway/whole-call';
import { UpstreamPools } from '../../lib/server/upstreams';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR } = constants;

type Serve = (stream: ServerHttp2Stream, nth: number, connection: number) => void;

interface Peer {
  readonly upstream: Upstream;
  readonly connections: ServerHttp2Session[];
  /** Streams that came, on whichever connection. */
  readonly streams: () => number;
}

async function peer(serve: Serve): Promise<Peer> {
  const connections: ServerHttp2Session[] = [];
  let streams = 0;
  const server = createServer();
  server.on('session', (session) => {
    connections.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    const connection = connections.indexOf(stream.session as ServerHttp2Session);
    serve(stream, ++streams, connection);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const pools = new UpstreamPools({ connectTimeoutMs: 5_000, poolIdleTimeoutMs: 60_000 });
  onTestFinished(() => {
    pools.destroy();
    for (const session of connections) session.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const upstream = pools.open({ host: '127.0.0.1', port, httpVersion: 'HTTP/2.0' });
  return { upstream, connections, streams: () => streams };
}

/** Answers with the body that came. */
function echo(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200 });
  stream.pipe(stream);
}

/** Says that streams after the `last` are not taken up, as a server that restarts. */
function goAway(stream: ServerHttp2Stream, code: number, last: number): void {
  stream.session?.goaway(code, last);
}

const OPTIONS = { timeoutMs: 10_000, maxBytes: 1_000, repeatable: false };

function post({ upstream }: Peer, body: Uint8Array | Readable = Buffer.from('hello')) {
  const request = { method: 'POST', path: '/', headers: ['host', 'a.test'], body };
  return callWhole(upstream, request, OPTIONS);
}

const REFUSED = { failure: 'the upstream refuses the stream' };
/** The number of a client's first stream (RFC 9113 §5.1.1). */
const FIRST = 1;
const ECHOED = { status: 200, body: Buffer.from('hello') };

describe('a request over HTTP/2 that nobody has taken up', () => {
  it('is sent again where the stream is refused, whatever its method', async () => {
    const refusing = await peer((stream, nth) => {
      if (nth === 1) stream.close(NGHTTP2_REFUSED_STREAM);
      else echo(stream);
    });
    expect(await post(refusing)).toMatchObject(ECHOED);
    expect(refusing.streams()).toBe(2);
  });

  it('leaves a connection that refuses it twice', async () => {
    const refusing = await peer((stream, _nth, connection) => {
      if (connection === 0) stream.close(NGHTTP2_REFUSED_STREAM);
      else echo(stream);
    });
    expect(await post(refusing)).toMatchObject(ECHOED);
    expect(refusing.connections).toHaveLength(2);
  });

  it('is given up after three more tries', async () => {
    const refusing = await peer((stream) => stream.close(NGHTTP2_REFUSED_STREAM));
    expect(await post(refusing)).toMatchObject(REFUSED);
    expect(refusing.streams()).toBe(4);
  });

  it.each([
    ['in peace', NGHTTP2_NO_ERROR],
    ['in anger', NGHTTP2_ENHANCE_YOUR_CALM],
  ])('goes to another connection where the first is left %s', async (_how, code) => {
    const leaving = await peer((stream, nth, connection) => {
      if (nth === 1 || connection > 0) echo(stream);
      else if (nth === 2) goAway(stream, code, FIRST);
    });
    expect(await post(leaving)).toMatchObject(ECHOED);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(leaving)));
    for (const answer of answers) expect(answer).toMatchObject(ECHOED);
    expect(leaving.connections).toHaveLength(2);
  });

  it('is lost where its body has been read as it came', async () => {
    const refusing = await peer((stream) => {
      stream.once('data', () => stream.close(NGHTTP2_REFUSED_STREAM));
    });
    const body = Readable.from([Buffer.from('hel'), Buffer.from('lo')]);
    expect(await post(refusing, body)).toMatchObject(REFUSED);
    expect(refusing.streams()).toBe(1);
  });

  it('is sent once it has a body where the first of it has not come', async () => {
    const body = new Readable({ read() {} });
    const refusing = await peer((stream, nth) => {
      if (nth > 1) return echo(stream);
      stream.close(NGHTTP2_REFUSED_STREAM);
      stream.once('close', () => setTimeout(() => body.push('hello') && body.push(null), 50));
    });
    expect(await post(refusing, body)).toMatchObject(ECHOED);
  });
});

describe('a request over HTTP/2 that may have been taken up', () => {
  it('is not sent again', async () => {
    const leaving = await peer((stream) => {
      goAway(stream, NGHTTP2_ENHANCE_YOUR_CALM, stream.id ?? 0);
    });
    expect(await post(leaving)).toHaveProperty('failure');
    expect(leaving.streams()).toBe(1);
  });

  it('ends on the connection that goes away, which gets no other', async () => {
    const held: ServerHttp2Stream[] = [];
    const leaving = await peer((stream, _nth, connection) => {
      if (connection > 0) return echo(stream);
      held.push(stream);
      goAway(stream, NGHTTP2_NO_ERROR, stream.id ?? 0);
    });
    const first = post(leaving);
    await expect.poll(() => held).toHaveLength(1);
    expect(await post(leaving)).toMatchObject(ECHOED);
    for (const stream of held) echo(stream);
    expect(await first).toMatchObject(ECHOED);
    expect(held).toHaveLength(1);
  });

  it('is not sent again where its answer has begun', async () => {
    const leaving = await peer((stream, nth) => {
      if (nth === 1) return echo(stream);
      stream.respond({ ':status': 200 });
      stream.write('he', () => setTimeout(goAway, 50, stream, NGHTTP2_ENHANCE_YOUR_CALM, FIRST));
    });
    await post(leaving);
    expect(await post(leaving)).toHaveProperty('failure');
    expect(leaving.streams()).toBe(2);
  });
});
