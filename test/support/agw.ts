import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const MAIN = join(__dirname, '..', '..', 'build', 'lib', 'cli', 'main.js');

/** The process's own endpoints, wherever there is room. */
const OWN_ADDRESSES = { STATS_ADDR: '127.0.0.1:0', READINESS_ADDR: '127.0.0.1:0' };

/** An `agw` that was started. */
export class Agw {
  #stdout = '';
  #stderr = '';
  #code: number | null | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
      this.#wake();
    });
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
      this.#wake();
    });
    child.on('close', (code) => {
      this.#code = code;
      this.#wake();
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The port that it says it listens on. */
  async port(configured = 3000): Promise<number> {
    const line = new RegExp(`listens on \\S+:(\\d+)(?:, for port ${configured}\\b|\\n)`);
    await this.until(() => line.test(this.#stderr), `${line}`);
    return Number(line.exec(this.#stderr)?.[1]);
  }

  /** What it has written on standard output, once that matches. */
  async logged(pattern: RegExp): Promise<string> {
    await this.until(() => pattern.test(this.#stdout), `${pattern}`);
    return this.#stdout;
  }

  /** How it ended. */
  async ended(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    await this.until(() => this.#code !== undefined, 'the end');
    return { code: this.#code ?? null, stdout: this.#stdout, stderr: this.#stderr };
  }

  async until(test: () => boolean, wanted: string, timeoutMs = 10_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!test() && this.#code === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (test()) resolve();
        else reject(this.#never(wanted));
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(this.#never(wanted));
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  #never(wanted: string): Error {
    const state = this.#code === undefined ? 'runs' : `ended with ${this.#code}`;
    return new Error(`never ${wanted}; it ${state}:\n${this.#stdout}\n${this.#stderr}`);
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}

export interface AgwOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
}

/** Starts the compiled command; it ends with the test at the latest. */
export function agw(args: readonly string[], options: AgwOptions = {}): Agw {
  const { env = {}, cwd, input } = options;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...OWN_ADDRESSES, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Agw(child);
}

/** Runs the command to its end. */
export function runAgw(args: readonly string[], options: AgwOptions = {}) {
  return agw(args, options).ended();
}

/** A directory that is removed behind the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'agw-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A port that something else holds until the test ends. */
export async function portInUse(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
