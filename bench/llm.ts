import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgw } from './harness/agw';
import { StreamClient, type StreamedRequest } from './harness/first-byte';
import { generate, generatorName, type Load, type Measured } from './harness/load-generator';
import { canPin, freePort, isInstalled, Service } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';
import { answering } from './peers/nginx';

const PATH = '/v1/chat/completions';
const KEY = 'demo-key-of-the-bench';
const CONNECTIONS = 64;
const ROUNDS = 3;

/** A request of 1 KB. */
const QUESTION = {
  model: 'gpt-4.1',
  messages: [
    { role: 'system', content: 'You answer briefly.' },
    { role: 'user', content: 'lorem ipsum dolor '.repeat(49) },
  ],
};
const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4.1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 200, completion_tokens: 3, total_tokens: 203 },
});
/** Between the first part of a stream and the rest: who waits for the rest is seen to. */
const REST_DELAY_MS = 10;
const WARM_UP = 50;

interface Round extends Measured {
  readonly cpuPerRequest: number;
}

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly service: Service;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Chat completions through the gateway, tokens counted and logged, beside Portkey's and beside none. */
export const llmBench: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const services: Service[] = [];
  const keep = async (starting: Promise<Contender>): Promise<Contender> => {
    const contender = await starting;
    services.push(contender.service);
    return contender;
  };
  try {
    const upstream = await keep(startUpstream(folder));
    const agw = await keep(startGateway(folder, 'agw', upstream.port));
    const portkey = await keep(startPortkey(upstream.port));
    await compareThroughput(report, [agw, portkey]);
    await compareLatency(report, upstream, agw);
    const streaming = await keep(startStreaming());
    const streamed = await keep(startGateway(folder, 'agw, streaming', streaming.port));
    await compareStreams(report, streaming, streamed);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
};

// ---------------------------------------------------------------- what is measured

async function compareThroughput(report: Report, [agw, portkey]: readonly Contender[]) {
  const seconds = report.quick ? 1 : 6;
  report.heading('llm: chat completions through one process');
  report.line(
    `a request of ${JSON.stringify(QUESTION).length} bytes, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${seconds} s, ` +
      `load from ${generatorName()}, ${canPin() ? 'the gateway alone on its core' : 'not pinned to cores'}; ` +
      'agw checks a key, puts in its own, counts tokens and writes its access log',
  );
  const results = new Map<Contender, Round[]>([
    [agw, []],
    [portkey, []],
  ]);
  for (const contender of results.keys()) await run(contender, CONNECTIONS, report.quick ? 1 : 3);
  for (let each = 0; each < ROUNDS; each++)
    for (const [contender, rounds] of results)
      rounds.push(await run(contender, CONNECTIONS, seconds));
  report.table(
    ['gateway', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', 'failed'],
    [...results].map(([{ name }, rounds]) => [
      name,
      round(median(rounds.map(({ requestsPerSecond }) => requestsPerSecond))),
      round(median(rounds.map(({ p50Ms }) => p50Ms))),
      round(median(rounds.map(({ p99Ms }) => p99Ms))),
      round(median(rounds.map(({ cpuPerRequest }) => cpuPerRequest))),
      String(rounds.reduce((sum, { failures }) => sum + failures, 0)),
    ]),
  );
  const [ours = [], theirs = []] = [results.get(agw), results.get(portkey)];
  const ratio = (figure: 'requestsPerSecond' | 'cpuPerRequest') =>
    median(ours.map((each, index) => each[figure] / theirs[index][figure]));
  report.line(
    `by CPU per request, which other load on the machine blurs less: ${round(1 / ratio('cpuPerRequest'))} times as many`,
  );
  report.goal({
    title: 'agw ÷ @portkey-ai/gateway, chat completions per second',
    value: ratio('requestsPerSecond'),
    limit: 15,
    direction: 'at least',
  });
}

/** One request at a time: what the gateway adds to each. */
async function compareLatency(report: Report, upstream: Contender, agw: Contender): Promise<void> {
  const seconds = report.quick ? 1 : 4;
  const added: number[] = [];
  for (let each = 0; each < ROUNDS; each++) {
    const direct = await run(upstream, 1, seconds);
    const through = await run(agw, 1, seconds);
    added.push(through.p50Ms - direct.p50Ms);
  }
  report.goal({
    title: 'latency that agw adds to a chat completion, p50 of one at a time',
    value: median(added),
    unit: ' ms',
    limit: 1,
    direction: 'below',
  });
}

async function compareStreams(report: Report, upstream: Contender, agw: Contender): Promise<void> {
  const count = report.quick ? 20 : 200;
  const clients = await Promise.all(
    [upstream, agw].map((contender) => StreamClient.connect(streamOf(contender))),
  );
  const [direct, through] = [[] as number[], [] as number[]];
  for (let each = -WARM_UP; each < count; each++)
    for (const [index, times] of [direct, through].entries()) {
      const time = await clients[index].firstEventMs();
      if (each >= 0) times.push(time);
    }
  for (const client of clients) client.close();
  report.line(
    `first event of a stream whose rest comes ${REST_DELAY_MS} ms later: ${round(median(direct))} ms from upstream, ${round(median(through))} ms through agw`,
  );
  report.goal({
    title: 'first byte of a stream, later through agw, median',
    value: median(through.map((ms, index) => ms - direct[index])),
    unit: ' ms',
    limit: 2,
    direction: 'below',
  });
}

function streamOf({ port }: Contender): StreamedRequest {
  const body = JSON.stringify({ ...QUESTION, stream: true });
  return { port, path: PATH, headers: FIELDS, body };
}

const FIELDS = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };

async function run(contender: Contender, connections: number, seconds: number): Promise<Round> {
  const { name, port, service, headers } = contender;
  const body = JSON.stringify(QUESTION);
  const load: Load = {
    port,
    path: PATH,
    headers: { ...FIELDS, ...headers },
    connections,
    seconds,
    body,
  };
  const before = service.cpuMicroseconds();
  const measured = await generate(load);
  // A peer that fails now and then is measured as it is; ours may not.
  if (measured.failures > 0 && name.startsWith('agw'))
    throw new Error(
      `${name} failed ${measured.failures} of ${measured.requests} requests:\n${measured.output ?? ''}`,
    );
  if (measured.requests === measured.failures)
    throw new Error(`${name} answered no request:\n${measured.output ?? ''}`);
  const cpuPerRequest = (service.cpuMicroseconds() - before) / measured.requests;
  return { ...measured, cpuPerRequest };
}

// ---------------------------------------------------------------- who runs

async function startUpstream(folder: string): Promise<Contender> {
  const port = await freePort();
  const service = isInstalled('nginx')
    ? await Service.start({
        command: 'nginx',
        args: answering(folder, port, ANSWER, 'application/json'),
        core: 'around',
        port,
      })
    : (await startStreaming(port)).service;
  return { name: 'upstream', port, service };
}

async function startStreaming(at?: number): Promise<Contender> {
  const port = at ?? (await freePort());
  const script = join(__dirname, 'peers', 'llm-upstream.mjs');
  const service = await Service.start({
    command: process.execPath,
    args: [script, String(port), ANSWER, String(REST_DELAY_MS)],
    core: 'around',
    port,
  });
  return { name: 'streaming upstream', port, service };
}

/** With its own settings for a host that is not a provider's; it reads neither a file nor a cache here. */
async function startPortkey(upstreamPort: number): Promise<Contender> {
  const port = await freePort();
  const folder = join(require.resolve('@portkey-ai/gateway/package.json'), '..');
  const service = await Service.start({
    command: process.execPath,
    args: [join(folder, 'build', 'start-server.js'), `--port=${port}`, '--headless'],
    core: 'measured',
    port,
    env: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' },
  });
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  };
  return { name: '@portkey-ai/gateway', port, service, headers };
}

async function startGateway(
  folder: string,
  name: string,
  upstreamPort: number,
): Promise<Contender> {
  const backend = {
    ai: { name: 'openai', provider: { openAI: {} }, hostOverride: `127.0.0.1:${upstreamPort}` },
    policies: {
      ai: { routes: { [PATH]: 'completions' } },
      backendAuth: { key: 'demo-key-of-the-provider' },
    },
  };
  const policies = { apiKey: { mode: 'strict', keys: [{ key: KEY }] } };
  const routes = [{ name: 'models', policies, backends: [backend] }];
  const running = await startAgw(folder, name, (port) => [{ port, listeners: [{ routes }] }]);
  return { name, ...running };
}
