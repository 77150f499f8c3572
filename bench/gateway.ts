import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgw as startService } from './harness/agw';
import { generate, generatorName, type Load, type Measured } from './harness/load-generator';
import { canPin, freePort, isInstalled, Service } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';
import { answering, forwarding } from './peers/nginx';

const KEY = 'demo-key-of-the-bench';
const CONNECTIONS = 64;
const MANY_ROUTES = 5_000;
const KNOWN_ROUTE = '/bench';
/** A token and a rule in the place of the key. */
const WITH_TOKEN = 'agw, JWT and a rule';

interface Contender {
  readonly name: string;
  /** What its requests bring. @default - the API key */
  readonly credential?: string;
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
      await keep(startTokenGateway(folder, upstream.port)),
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

async function run(contender: Contender, seconds: number): Promise<Round> {
  const { name, port, service, credential = KEY } = contender;
  const headers = { authorization: `Bearer ${credential}` };
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
    title: `${WITH_TOKEN} ÷ agw, requests per second`,
    value: ratio(results, WITH_TOKEN, 'agw', 'requestsPerSecond'),
    limit: 0.85,
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
  const policies = { apiKey: { mode: 'strict', keys: [{ key: KEY }] } };
  return startAgw(folder, { name, upstreamPort, routes, policies });
}

async function startTokenGateway(folder: string, upstreamPort: number): Promise<Contender> {
  const issuer = 'https://issuer.example.com';
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench' };
  const policies = {
    jwtAuth: { mode: 'strict', issuer, jwks: JSON.stringify({ keys: [jwk] }) },
    authorization: { rules: ['jwt.sub == "alice"'] },
  };
  const claims = { iss: issuer, sub: 'alice', exp: Math.floor(Date.now() / 1000) + 3600 };
  const text = [{ alg: 'RS256', kid: 'bench' }, claims].map(base64url).join('.');
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64url');
  const contender = await startAgw(folder, { name: WITH_TOKEN, upstreamPort, routes: 1, policies });
  return { ...contender, credential: `${text}.${signature}` };
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Setup {
  readonly name: string;
  readonly upstreamPort: number;
  readonly routes: number;
  readonly policies: object;
}

async function startAgw(folder: string, setup: Setup): Promise<Contender> {
  const { name } = setup;
  return { name, ...(await startService(folder, name, (port) => binds(port, setup))) };
}

function binds(port: number, { upstreamPort, routes, policies }: Setup): readonly object[] {
  const backends = [{ host: `127.0.0.1:${upstreamPort}` }];
  const others = Array.from({ length: routes - 1 }, (_, index) => ({
    name: `route-${index}`,
    matches: [{ path: { pathPrefix: `/service-${index % 500}/version-${index}` } }],
    backends,
  }));
  const known = { name: 'bench', matches: [{ path: { pathPrefix: KNOWN_ROUTE } }], backends };
  const half = others.length >> 1;
  const all = [...others.slice(0, half), known, ...others.slice(half)];
  return [{ port, listeners: [{ policies, routes: all }] }];
}
