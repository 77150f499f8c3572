import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createExtAuthz } from '../upstreams/ext-authz';
import { createHttpbin } from '../upstreams/httpbin';
import { createOpenai } from '../upstreams/llm-openai';
import type { Upstream } from '../upstreams/upstream';
import { type Outcome, play } from './call';
import { GatewayProcess } from './gateway-process';
import type { Ports } from './ports';
import type { Tutorial, UpstreamName } from './tutorial';

const UPSTREAMS: Readonly<Record<UpstreamName, () => Upstream>> = {
  'ext-authz': createExtAuthz,
  httpbin: createHttpbin,
  openai: createOpenai,
};

/** Where agentgateway listens beside its listeners, by the variable that moves it. */
const SERVICE_PORTS = { STATS_ADDR: 15020, READINESS_ADDR: 15021 };

/** One tutorial at work: its upstreams, its gateway, and the port that its calls go to. */
export class Stage {
  static async open(tutorial: Tutorial, ports: Ports, root: string): Promise<Stage> {
    const servers = new Map<UpstreamName, Upstream>();
    for (const { name } of tutorial.upstreams)
      if (!servers.has(name)) servers.set(name, await listen(UPSTREAMS[name]()));
    const port = await ports.choose(8080);
    const services = {
      STATS_ADDR: await ports.choose(SERVICE_PORTS.STATS_ADDR),
      READINESS_ADDR: await ports.choose(SERVICE_PORTS.READINESS_ADDR),
    };
    const resolves = tutorial.upstreams.flatMap(({ address, name }) => [
      '--resolve',
      `${address}=${urlOf(servers.get(name))}`,
    ]);
    const file = join('dist', 'standalone', tutorial.standalone);
    const args = ['run', file, '--port', `${tutorial.listenerPort}:${port}`, ...resolves];
    const addresses = Object.entries(services).map(([name, at]) => [name, `127.0.0.1:${at}`]);
    const gateway = new GatewayProcess({
      args,
      command: join(root, 'build', 'lib', 'cli', 'main.js'),
      env: { ...process.env, ...tutorial.environment, ...Object.fromEntries(addresses) },
    });
    const stage = new Stage(tutorial, gateway, [...servers.values()], port, services, args);
    try {
      await gateway.ready(services.READINESS_ADDR);
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  private constructor(
    readonly tutorial: Tutorial,
    readonly gateway: GatewayProcess,
    private readonly servers: readonly Upstream[],
    /** Where the calls go. */
    readonly port: number,
    readonly services: Readonly<Record<keyof typeof SERVICE_PORTS, number>>,
    private readonly args: readonly string[],
  ) {}

  /** What a person would type in a shell to start the same gateway. */
  get command(): string {
    const variables = Object.entries(this.tutorial.environment ?? {}).map(
      ([name, value]) => `${name}=${value} `,
    );
    return `${variables.join('')}npm run -s agw -- ${this.args.join(' ')}`;
  }

  /** One after the other, so that the log lines stand in the order of the calls. */
  async play(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const call of this.tutorial.calls) outcomes.push(await play(call, this.port));
    return outcomes;
  }

  async close(): Promise<void> {
    await this.gateway.stop();
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

function listen(server: Upstream): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function urlOf(server: Upstream | undefined): string {
  const address = server?.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}
