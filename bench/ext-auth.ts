import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client, credentials } from '@grpc/grpc-js';
import type { Effects, Upstream, Upstreams } from '../lib/effects';
import { compile } from '../lib/gateway/compile';
import type { Gateway } from '../lib/gateway/gateway';
import { UpstreamPools } from '../lib/server/upstreams';
import type { StandaloneDocument } from '../lib/standalone/document';
import { normalizeStandalone } from '../lib/standalone/normalize';
import { freePort, Service } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';

const IN_FLIGHT = 1_000;
const ROUNDS = 5;
const HEADERS = {
  accept: 'application/json',
  'user-agent': 'bench/1.0',
  'content-type': 'application/json',
  'x-request-id': '5f0c1a52-7d0f-4d0a-9d43-0a5b8d0f6a11',
  cookie: 'session=0123456789abcdef',
};

/** A busy machine is slow, which is not what is measured. */
const PATIENT = { policies: { http: { requestTimeout: '60s' } } };

/** One unary call, or one request. */
type Call = () => Promise<unknown>;

/** What a check by gRPC adds to a request, beside the same call made barely from the same process. */
export const extAuthBench: Bench = async (report) => {
  const port = await freePort();
  const args = [join(__dirname, 'peers', 'ext-authz.mjs'), String(port)];
  const service = await Service.start({ command: process.execPath, args, core: 'around', port });
  const pools = new UpstreamPools({ connectTimeoutMs: 5_000, poolIdleTimeoutMs: 60_000 });
  const seen: Uint8Array[] = [];
  const guarded = requesting(gateway(pools, { host: `127.0.0.1:${port}`, ...PATIENT }, seen));
  const open = requesting(gateway(pools, undefined, seen));
  await guarded();
  const session = connect(`http://127.0.0.1:${port}`);
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const bare = { unary: unaryCall(client, seen[0]), stream: streamCall(session, seen[0]) };
  try {
    await compare(report, { guarded, open, ...bare });
    await watchMemory(report, guarded);
  } finally {
    client.close();
    session.destroy();
    pools.destroy();
    await service.stop();
  }
};

async function compare(
  report: Report,
  { guarded, open, unary, stream }: Readonly<Record<'guarded' | 'open' | 'unary' | 'stream', Call>>,
): Promise<void> {
  const calls = report.quick ? 2_000 : 20_000;
  report.heading('ext-auth: what a check over gRPC adds to a request');
  report.line(
    `${IN_FLIGHT} in flight in one process, ${ROUNDS} interleaved rounds of ${calls} calls, with the same message each; ` +
      'latency is what a call takes on average, medians of the rounds',
  );
  for (const call of [unary, stream, open, guarded]) await latency(call, calls);
  const rounds: Record<'unary' | 'stream' | 'added', number>[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const bare = { unary: await latency(unary, calls), stream: await latency(stream, calls) };
    const added = (await latency(guarded, calls)) - (await latency(open, calls));
    rounds.push({ ...bare, added });
  }
  const row = (name: string, key: keyof (typeof rounds)[number]) => [
    name,
    round(median(rounds.map((each) => each[key]))),
    round(median(rounds.map((each) => each.added / each[key]))),
  ];
  report.table(
    ['', 'ms', 'check ÷ it'],
    [
      row('what a check adds', 'added'),
      row('a unary call by @grpc/grpc-js', 'unary'),
      row('a stream of node:http2, its bytes unread', 'stream'),
    ],
  );
  report.goal({
    title: 'latency that a check adds ÷ a bare unary call',
    value: median(rounds.map((each) => each.added / each.unary)),
    limit: 1.5,
    direction: 'at most',
  });
}

/** Milliseconds that a call takes on average, with as many in flight as there may be. */
async function latency(call: Call, calls: number): Promise<number> {
  let left = calls;
  let total = 0;
  const worker = async () => {
    while (left-- > 0) {
      const startedAt = performance.now();
      await call();
      total += performance.now() - startedAt;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return total / calls;
}

async function watchMemory(report: Report, call: Call): Promise<void> {
  const calls = report.quick ? 5_000 : 100_000;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = async () => {
    await new Promise((later) => setTimeout(later, 200));
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  await latency(call, calls);
  const before = await used();
  await latency(call, calls);
  report.goal({
    title: `heap kept after ${calls} checks`,
    value: (await used()) - before,
    unit: ' MB',
    limit: 2,
    direction: 'at most',
  });
}

// ---------------------------------------------------------------- who calls

const CHECK = '/envoy.service.auth.v3.Authorization/Check';

/** A unary call of the client that gRPC has for Node. */
function unaryCall(client: Client, framed: Uint8Array): Call {
  const message = Buffer.from(framed.subarray(5));
  const bytes = (value: Buffer) => value;
  return () =>
    new Promise<Buffer | undefined>((answered, failed) => {
      client.makeUnaryRequest(CHECK, bytes, bytes, message, (error, answer) =>
        error ? failed(error) : answered(answer),
      );
    });
}

/** As barely as Node allows it: nobody reads what comes. */
function streamCall(session: ClientHttp2Session, framed: Uint8Array): Call {
  const fields = {
    ':method': 'POST',
    ':path': CHECK,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  return () =>
    new Promise<void>((answered, failed) => {
      const stream = session.request(fields);
      stream.on('error', failed);
      stream.on('data', () => {});
      stream.on('end', () => answered());
      stream.end(framed);
    });
}

function requesting(gateway: Gateway): Call {
  return async () => {
    const { status } = await gateway.handle({
      url: 'http://a.test/some/path?a=b',
      headers: HEADERS,
    });
    if (status !== 200) throw new Error(`the gateway answers ${status}`);
  };
}

/** A gateway in this process, whose own upstream is in it too; `seen` gets what is sent to a service. */
function gateway(pools: UpstreamPools, extAuthz: object | undefined, seen: Uint8Array[]): Gateway {
  const document: StandaloneDocument = {
    binds: [
      {
        port: 80,
        listeners: [
          {
            routes: [{ policies: extAuthz && { extAuthz }, backends: [{ host: 'in.process:80' }] }],
          },
        ],
      },
    ],
  };
  const normal = normalizeStandalone(document);
  const effects: Effects = {
    now: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    readFile: () => new Uint8Array(),
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    upstreams: splitting(pools, seen),
    writeLog: () => {},
  };
  const compiled = normal.document && compile(normal.document, effects);
  if (!compiled?.gateway) throw new Error('the configuration cannot be run');
  return compiled.gateway;
}

function splitting(pools: UpstreamPools, seen: Uint8Array[]): Upstreams {
  return {
    open: (address) =>
      address.host === 'in.process' ? IN_PROCESS : watching(pools.open(address), seen),
  };
}

/** Keeps the first body that is sent. */
function watching(upstream: Upstream, seen: Uint8Array[]): Upstream {
  return {
    endpoint: upstream.endpoint,
    send: (request, handler) => {
      if (seen.length === 0 && request.body instanceof Uint8Array) seen.push(request.body);
      upstream.send(request, handler);
    },
  };
}

const IN_PROCESS: Upstream = {
  endpoint: 'in.process:80',
  send: (_request, handler) => {
    handler.onStart(() => {});
    handler.onHeaders(200, ['content-length', '0'], () => {});
    handler.onComplete([]);
  },
};
