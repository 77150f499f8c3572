import { connect } from 'node:net';
import type { Load, Measured } from './load-generator';

/** Latencies in steps of 0.01 ms, up to 10 s. */
const STEPS_PER_MS = 100;
const STEPS = 10_000 * STEPS_PER_MS;

const HEAD_END = '\r\n\r\n';

/** Keeps `connections` requests in flight for `seconds`, over plain sockets: a client cheaper than what it measures. */
async function measure(load: Load): Promise<Measured> {
  const histogram = new Uint32Array(STEPS);
  const totals = { requests: 0, failures: 0 };
  const { body = '' } = load;
  const length = load.body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const host = { host: `127.0.0.1:${load.port}` };
  const fields = Object.entries({ ...host, ...length, ...load.headers });
  const head = fields.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  const method = load.body === undefined ? 'GET' : 'POST';
  const request = `${method} ${load.path} HTTP/1.1\r\n${head}${HEAD_END}${body}`;
  const started = performance.now();
  const end = started + load.seconds * 1000;

  const client = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
      let sent = 0;
      let received = '';
      const send = () => {
        sent = performance.now();
        socket.write(request);
      };
      socket.setEncoding('latin1');
      socket.once('connect', send);
      socket.once('close', () => resolve());
      socket.on('error', () => {
        totals.failures++;
      });
      socket.on('data', (chunk: string) => {
        received += chunk;
        const size = messageSize(received);
        if (size === undefined || received.length < size) return;
        const now = performance.now();
        histogram[Math.min(STEPS - 1, Math.round((now - sent) * STEPS_PER_MS))]++;
        totals.requests++;
        if (!/^HTTP\/1\.[01] [23]/.test(received)) totals.failures++;
        received = received.slice(size);
        if (now < end) send();
        else socket.end();
      });
    });

  await Promise.all(Array.from({ length: load.connections }, client));
  const seconds = (performance.now() - started) / 1000;
  return {
    ...totals,
    requestsPerSecond: totals.requests / seconds,
    p50Ms: percentile(histogram, totals.requests, 0.5),
    p99Ms: percentile(histogram, totals.requests, 0.99),
  };
}

const LAST_CHUNK = '\r\n0\r\n\r\n';

/** Bytes of the first message, or undefined while it cannot be told. */
function messageSize(text: string): number | undefined {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) return headEnd + HEAD_END.length + Number(length[1]);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) throw new Error('the answer has no length');
  const last = text.indexOf(LAST_CHUNK, headEnd);
  return last < 0 ? undefined : last + LAST_CHUNK.length;
}

function percentile(histogram: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let step = 0; step < histogram.length; step++) {
    seen += histogram[step];
    if (seen >= total * share) return step / STEPS_PER_MS;
  }
  return Number.NaN;
}

measure(JSON.parse(process.argv[2]) as Load).then((measured) =>
  process.stdout.write(JSON.stringify(measured)),
);
