import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, generatorName, type Load, type Measured } from './harness/load-generator';
import { canPin, freePort, isInstalled, ROOT, Service } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';
import { answering, forwarding } from './peers/nginx';

const KEY = 'demo-key-of-the-bench';
const CONNECTIONS = 64;
const MANY_ROUTES = 5_000;
const KNOWN_ROUTE = '/bench';

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly service: Service;
}

interface Round extends Measured {
  readonly cpuPerRequest: number;
}

/** One gateway with an API key, a route and its access log on, beside proxies that only forward. */
export const gatewayBench: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const services: Service[] = [];
  const keep = async (starting: Promise<Contender>): Promise<Contender> => {
    const contender = await starting;
    services.push(contender.service);
    return contender;
  };
  try {
    const upstream = await keep(startUpstream(folder));
    const contenders = [
      await keep(startGateway(folder, 'agw', upstream.port, 1)),
      await keep(startGateway(folder, `agw, ${MANY_ROUTES} routes`, upstream.port, MANY_ROUTES)),
      await keep(startPeer('@fastify/http-proxy', 'fastify-http-proxy', upstream.port)),
      await keep(startPeer('http-proxy', 'http-proxy', upstream.port)),
    ];
    if (isInstalled('nginx')) contenders.push(await keep(startNginx(folder, upstream.port)));
    await compare(report, contenders);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
};

async function compare(report: Report, contenders: readonly Contender[]): Promise<void> {
  const rounds = 3;
  const seconds = report.quick ? 1 : 6;
  report.heading('gateway: requests through one process');
  report.line(
    `${CONNECTIONS} connections, ${rounds} interleaved rounds of ${seconds} s, load from ${generatorName()}, ` +
      `${canPin() ? 'the proxy alone on its core' : 'not pinned to cores'}; agw checks a key and writes its access log`,
  );
  for (const contender of contenders) await run(contender, report.quick ? 1 : 3);
  const results = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders)
      results.get(contender.name)?.push(await run(contender, seconds));
  printTable(report, results);
  judge(report, results);
}

async function run({ name, port, service }: Contender, seconds: number): Promise<Round> {
  const headers = { authorization: `Bearer ${KEY}` };
  const load: Load = { port, path: KNOWN_ROUTE, headers, connections: CONNECTIONS, seconds };
  const before = service.cpuMicroseconds();
  const measured = await generate(load);
  // A peer that drops a connection now and then is measured as it is; ours may not.
  if (measured.failures > 0 && name.startsWith('agw'))
    throw new Error(
      `${name} failed ${measured.failures} of ${measured.requests} requests:\n${measured.output ?? ''}`,
    );
  const cpuPerRequest = (service.cpuMicroseconds() - before) / measured.requests;
  return { ...measured, cpuPerRequest };
}

function printTable(report: Report, results: ReadonlyMap<string, readonly Round[]>): void {
  const rows = [...results].map(([name, rounds]) => [
    name,
    round(median(rounds.map((each) => each.requestsPerSecond))),
    round(median(rounds.map((each) => each.p50Ms))),
    round(median(rounds.map((each) => each.p99Ms))),
    round(median(rounds.map((each) => each.cpuPerRequest))),
    String(rounds.reduce((sum, each) => sum + each.failures, 0)),
    round(ratio(results, name, '@fastify/http-proxy', 'requestsPerSecond')),
    results.has('nginx') ? round(ratio(results, name, 'nginx', 'requestsPerSecond')) : '-',
    round(1 / ratio(results, name, '@fastify/http-proxy', 'cpuPerRequest')),
  ]);
  report.line(
    'by CPU: the same ratio from CPU per request, which other load on the machine blurs less',
  );
  report.table(
    [
      'proxy',
      'req/s',
      'p50 ms',
      'p99 ms',
      'CPU µs/req',
      'failed',
      '× fastify',
      '× nginx',
      'by CPU',
    ],
    rows,
  );
}

/** The median of the rounds' own ratios: what drifts from round to round drifts for both. */
function ratio(
  results: ReadonlyMap<string, readonly Round[]>,
  name: string,
  base: string,
  figure: 'requestsPerSecond' | 'p99Ms' | 'cpuPerRequest',
): number {
  const ours = results.get(name) ?? [];
  const theirs = results.get(base) ?? [];
  return median(ours.map((each, index) => each[figure] / theirs[index][figure]));
}

function judge(report: Report, results: ReadonlyMap<string, readonly Round[]>): void {
  report.line();
  report.goal({
    title: 'agw ÷ @fastify/http-proxy, requests per second',
    value: ratio(results, 'agw', '@fastify/http-proxy', 'requestsPerSecond'),
    limit: 1.7,
    direction: 'at least',
  });
  report.goal({
    title: 'agw ÷ @fastify/http-proxy, p99',
    value: ratio(results, 'agw', '@fastify/http-proxy', 'p99Ms'),
    limit: 1,
    direction: 'below',
  });
  if (results.has('nginx'))
    report.goal({
      title: 'agw ÷ nginx, requests per second',
      value: ratio(results, 'agw', 'nginx', 'requestsPerSecond'),
      limit: 0.22,
      direction: 'at least',
    });
  report.goal({
    title: `${MANY_ROUTES} routes ÷ one, requests per second`,
    value: ratio(results, `agw, ${MANY_ROUTES} routes`, 'agw', 'requestsPerSecond'),
    limit: 0.9,
    direction: 'at least',
  });
}

async function startUpstream(folder: string): Promise<Contender> {
  const port = await freePort();
  const service = isInstalled('nginx')
    ? await Service.start({ command: 'nginx', args: answering(folder, port), core: 'around', port })
    : await Service.start({
        command: process.execPath,
        args: [join(__dirname, 'peers', 'upstream.mjs'), String(port)],
        core: 'around',
        port,
      });
  return { name: 'upstream', port, service };
}

async function startPeer(name: string, file: string, upstreamPort: number): Promise<Contender> {
  const port = await freePort();
  const script = join(__dirname, 'peers', `${file}.mjs`);
  const args = [script, String(port), `http://127.0.0.1:${upstreamPort}`];
  const service = await Service.start({ command: process.execPath, args, core: 'measured', port });
  return { name, port, service };
}

async function startNginx(folder: string, upstreamPort: number): Promise<Contender> {
  const port = await freePort();
  const args = forwarding(folder, port, upstreamPort);
  const service = await Service.start({ command: 'nginx', args, core: 'measured', port });
  return { name: 'nginx', port, service };
}

async function startGateway(
  folder: string,
  name: string,
  upstreamPort: number,
  routes: number,
): Promise<Contender> {
  const port = await freePort();
  // Logs lie elsewhere: the gateway watches the directory of its configuration.
  const configurations = join(folder, 'configuration');
  mkdirSync(configurations, { recursive: true });
  const file = join(configurations, `gateway-${routes}.json`);
  const addresses = [await freePort(), await freePort(), await freePort()];
  writeFileSync(file, JSON.stringify(configuration(port, upstreamPort, routes, addresses)));
  const service = await Service.start({
    command: process.execPath,
    args: [join(ROOT, 'build', 'lib', 'cli', 'main.js'), 'run', file],
    core: 'measured',
    port,
    output: join(folder, `access-${routes}.log`),
  });
  return { name, port, service };
}

function configuration(
  port: number,
  upstreamPort: number,
  routes: number,
  [admin, stats, readiness]: readonly number[],
): unknown {
  const backends = [{ host: `127.0.0.1:${upstreamPort}` }];
  const others = Array.from({ length: routes - 1 }, (_, index) => ({
    name: `route-${index}`,
    matches: [{ path: { pathPrefix: `/service-${index % 500}/version-${index}` } }],
    backends,
  }));
  const known = { name: 'bench', matches: [{ path: { pathPrefix: KNOWN_ROUTE } }], backends };
  const half = others.length >> 1;
  return {
    config: {
      adminAddr: `127.0.0.1:${admin}`,
      statsAddr: `127.0.0.1:${stats}`,
      readinessAddr: `127.0.0.1:${readiness}`,
    },
    binds: [
      {
        port,
        listeners: [
          {
            policies: { apiKey: { mode: 'strict', keys: [{ key: KEY }] } },
            routes: [...others.slice(0, half), known, ...others.slice(half)],
          },
        ],
      },
    ],
  };
}
