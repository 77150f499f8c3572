import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** How this repository runs a TypeScript file of its own. */
export const TS_NODE = ['-r', require.resolve('ts-node/register/transpile-only')];

/** The core of the program that is measured, and the one of everything around it. */
export type Core = 'measured' | 'around';
const CORES: Readonly<Record<Core, string>> = { measured: '0', around: '1' };

const CLOCK_TICKS_PER_SECOND = 100;

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

export const canPin = (): boolean => availableParallelism() >= 2 && isInstalled('taskset');

/** The command, held to one core where the system can. */
export function pinned(core: Core, command: string, args: readonly string[]): [string, string[]] {
  return canPin() ? ['taskset', ['-c', CORES[core], command, ...args]] : [command, [...args]];
}

export interface ServiceOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly core: Core;
  /** Where it listens: it has started when this port accepts. */
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
  /** The file that takes its output. @default - the output is dropped */
  readonly output?: string;
}

/** A server that runs beside the bench. */
export class Service {
  static async start(options: ServiceOptions): Promise<Service> {
    const [command, args] = pinned(options.core, options.command, options.args);
    const output = openSync(options.output ?? '/dev/null', 'w');
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', output, 'pipe'],
      env: { ...process.env, ...options.env },
    });
    closeSync(output);
    children.add(child);
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors = (errors + chunk).slice(-4_000);
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const service = new Service(child, ended);
    const deadline = Date.now() + 60_000;
    while (!(await accepts(options.port))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await service.stop();
        throw new Error(`${options.command} ${options.args.join(' ')} does not listen:\n${errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return service;
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<void>,
  ) {}

  /** Microseconds of CPU that it has used, or NaN where the system does not tell. */
  cpuMicroseconds(): number {
    try {
      // proc(5): the name may hold blanks, so count from the parenthesis that ends it; utime and stime are 14 and 15.
      const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND) * 1e6;
    } catch {
      return Number.NaN;
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), 2_000);
    await this.ended;
    clearTimeout(insist);
    children.delete(this.child);
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
