import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { createInterface } from 'node:readline';

/** Ends the child when the demo is gone, however it went: the channel between them closes. */
const END_WITH_PARENT =
  'data:text/javascript,process.once("disconnect",()=>process.exit(1));process.channel.unref()';

/** It may serve for days. */
const KEPT_LINES = 1_000;

export interface GatewayOptions {
  /** The arguments of `agw`. */
  readonly args: readonly string[];
  /** The command's file, which node runs. */
  readonly command: string;
  /** The environment of the gateway. */
  readonly env: NodeJS.ProcessEnv;
}

/** A reference gateway as a child process, and the lines that it writes. */
export class GatewayProcess {
  readonly logLines: string[] = [];
  private readonly errorLines: string[] = [];
  private readonly child: ChildProcess;
  private listener: (line: string) => void = () => {};
  /** Resolves when the gateway has ended, for whatever reason. */
  readonly ended: Promise<void>;

  constructor({ args, command, env }: GatewayOptions) {
    this.child = spawn(process.execPath, ['--import', END_WITH_PARENT, command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C is for the demo, which then ends the gateway: in one group both would get it at once.
      detached: true,
      env,
    });
    this.collect('stdout', this.logLines);
    this.collect('stderr', this.errorLines);
    this.ended = new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.once('error', (error) => {
        this.errorLines.push(error.message);
        resolve();
      });
    });
  }

  /** Resolves when the readiness port answers 200; rejects when the gateway ends before. */
  async ready(port: number, timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await isReady(port))) {
      if (!this.isRunning()) throw new Error(`the gateway has ended:\n${this.errorText()}`);
      if (Date.now() > deadline)
        throw new Error(
          `the gateway is not ready after ${timeoutMs / 1000} s\n${this.errorText()}`,
        );
      await delay(50);
    }
  }

  /** Log lines arrive after the answers that they are about. */
  async logged(count: number, timeoutMs = 2_000): Promise<readonly string[]> {
    const deadline = Date.now() + timeoutMs;
    while (this.requestLines().length < count && Date.now() < deadline) await delay(20);
    return this.requestLines();
  }

  /** Tells each request line that is written from now on. */
  follow(listener: (line: string) => void): void {
    this.listener = listener;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  errorText(): string {
    return [...this.errorLines, ...this.logLines].slice(-30).join('\n');
  }

  /** Asks for a graceful end and insists after three seconds. */
  async stop(): Promise<void> {
    if (!this.isRunning()) return;
    this.child.kill('SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
    await this.ended;
    clearTimeout(insist);
  }

  private isRunning(): boolean {
    return (
      this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined
    );
  }

  private requestLines(): string[] {
    return this.logLines.filter(isRequestLine);
  }

  private collect(name: 'stdout' | 'stderr', lines: string[]): void {
    const stream = this.child[name];
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (isRequestLine(line)) this.listener(line);
    });
  }
}

/** The access log, among what else the gateway says. */
function isRequestLine(line: string): boolean {
  return line.includes('http.status=');
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = get(
      { host: '127.0.0.1', port, path: '/healthz/ready', agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    sent.on('error', () => resolve(false));
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
