import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

const COPIED = ['apps', 'dist', 'docs', 'package.json', 'tsconfig.json', 'cdk8s.yaml'];
const LINKED = ['node_modules', 'build'];

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the repository to run commands in: what they write and delete is not what other tests read. */
export class Workspace {
  static create(): Workspace {
    const folder = mkdtempSync(join(tmpdir(), 'cdk8s-agentgateway-'));
    for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name));
    return new Workspace(folder);
  }

  private readonly children: ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  /** A command in a process group of its own, so that `remove` leaves nothing behind. */
  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(command, args, {
      cwd: this.folder,
      detached: true,
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', ...env },
    });
    this.children.push(child);
    return new Running(child);
  }

  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.start(command, args, env).finished;
  }

  /** The files under a folder, by their name there. */
  files(folder: string): Map<string, string> {
    const root = join(this.folder, folder);
    const names = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    return new Map(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
  }

  remove(): void {
    for (const { pid } of this.children) endGroup(pid);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Running {
  readonly finished: Promise<Finished>;
  private stdout = '';
  private stderr = '';

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Resolves when the command itself has ended, and ends what it has started in the background. */
  async alone(): Promise<Finished> {
    if (this.child.exitCode === null)
      await new Promise((resolve) => this.child.once('exit', resolve));
    endGroup(this.child.pid);
    return this.finished;
  }

  /** Resolves with what it has printed once that matches; rejects when it ends or takes too long. */
  async printed(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    while (!pattern.test(this.stdout)) {
      const ended = this.child.exitCode !== null || this.child.signalCode !== null;
      if (ended || Date.now() > deadline)
        throw new Error(`never printed ${pattern}:\n${this.stdout}\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.stdout;
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: all of the group has ended by itself.
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Where a gateway listens beside its listeners, moved to where nothing else is. */
export async function serviceAddresses(): Promise<Record<string, string>> {
  const names = ['STATS_ADDR', 'READINESS_ADDR'];
  const ports = await Promise.all(names.map(() => freePort()));
  return Object.fromEntries(names.map((name, index) => [name, `127.0.0.1:${ports[index]}`]));
}
