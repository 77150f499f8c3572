import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, ROOT, Service } from './process';

/** A gateway of ours that runs, and where it listens. */
export interface RunningAgw {
  readonly port: number;
  readonly service: Service;
}

/** Starts the compiled gateway on a free port, with what the rest of its file says. */
export async function startAgw(
  folder: string,
  name: string,
  bindsFor: (port: number) => readonly object[],
): Promise<RunningAgw> {
  const port = await freePort();
  const [admin, stats, readiness] = [await freePort(), await freePort(), await freePort()];
  const config = {
    adminAddr: `127.0.0.1:${admin}`,
    statsAddr: `127.0.0.1:${stats}`,
    readinessAddr: `127.0.0.1:${readiness}`,
  };
  // Logs lie elsewhere: the gateway watches the directory of its configuration.
  const configurations = join(folder, 'configuration');
  mkdirSync(configurations, { recursive: true });
  const file = name.replace(/\W+/g, '-');
  const path = join(configurations, `${file}.json`);
  writeFileSync(path, JSON.stringify({ config, binds: bindsFor(port) }));
  const service = await Service.start({
    command: process.execPath,
    args: [join(ROOT, 'build', 'lib', 'cli', 'main.js'), 'run', path],
    core: 'measured',
    port,
    output: join(folder, `${file}.log`),
  });
  return { port, service };
}
