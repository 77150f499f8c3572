import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInstalled, pinned, TS_NODE } from './process';

const run = promisify(execFile);

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Is posted. @default - the requests are GET */
  readonly body?: string;
}

export interface Measured {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx and 3xx. */
  readonly failures: number;
  /** What the generator printed. @default - it prints figures only */
  readonly output?: string;
}

export const generatorName = (): string => (isInstalled('wrk') ? 'wrk' : 'the built-in client');

export function generate(load: Load): Promise<Measured> {
  return isInstalled('wrk') ? withWrk(load) : withBuiltIn(load);
}

async function withWrk({ port, path, headers, connections, seconds, body }: Load) {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const sizes = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency'];
  const url = `http://127.0.0.1:${port}${path}`;
  const folder = mkdtempSync(join(tmpdir(), 'agw-wrk-'));
  try {
    const script = body === undefined ? [] : ['-s', postScript(folder, body)];
    const [command, args] = pinned('around', 'wrk', [...sizes, ...script, ...fields, url]);
    const { stdout } = await run(command, args);
    return parseWrk(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** wrk posts only what a script tells it to; strings of JSON are strings of Lua. */
function postScript(folder: string, body: string): string {
  const file = join(folder, 'post.lua');
  writeFileSync(file, `wrk.method = "POST"\nwrk.body = ${JSON.stringify(body)}\n`);
  return file;
}

const UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

export function parseWrk(text: string): Measured {
  const find = (pattern: RegExp): RegExpMatchArray => {
    const match = text.match(pattern);
    if (!match) throw new Error(`wrk printed nothing like ${pattern}:\n${text}`);
    return match;
  };
  const percentile = (name: string) => {
    const [, value, unit] = find(new RegExp(`${name}%\\s+([\\d.]+)(us|ms|s|m)\\b`));
    return Number(value) * UNITS_MS[unit];
  };
  const count = (pattern: RegExp) => Number(text.match(pattern)?.[1] ?? 0);
  const sockets = text.match(
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/,
  );
  const broken = (sockets ?? []).slice(1).reduce((sum, value) => sum + Number(value), 0);
  return {
    requests: Number(find(/(\d+) requests in/)[1]),
    requestsPerSecond: Number(find(/Requests\/sec:\s+([\d.]+)/)[1]),
    p50Ms: percentile('50'),
    p99Ms: percentile('99'),
    failures: count(/Non-2xx or 3xx responses: (\d+)/) + broken,
    output: text,
  };
}

async function withBuiltIn(load: Load): Promise<Measured> {
  const script = join(__dirname, 'load-client.ts');
  const [command, args] = pinned('around', process.execPath, [
    ...TS_NODE,
    script,
    JSON.stringify(load),
  ]);
  const { stdout } = await run(command, args);
  return JSON.parse(stdout) as Measured;
}
