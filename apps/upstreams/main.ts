import type { AddressInfo } from 'node:net';
import { createExtAuthz } from './ext-authz';
import { createHttpbin } from './httpbin';
import { createAnthropic } from './llm-anthropic';
import { createOpenai } from './llm-openai';
import { readSettings } from './llm-settings';
import type { Upstream } from './upstream';

const UPSTREAMS: Readonly<Record<string, (settings: readonly string[]) => Upstream>> = {
  'ext-authz': (settings) => plain(settings, createExtAuthz),
  httpbin: (settings) => plain(settings, createHttpbin),
  openai: (settings) => createOpenai(readSettings(settings)),
  anthropic: (settings) => createAnthropic(readSettings(settings)),
};

const USAGE = `usage: npm run -s upstream -- NAME [PORT [SETTING…]]

Serves a demo upstream on 127.0.0.1 until Ctrl-C.

  NAME     ${Object.keys(UPSTREAMS).join(', ')}
  PORT     0 to 65535; left out, the system chooses a free one
  SETTING  of openai and anthropic: failWith=503 answers so, eventDelayMs=200 waits before each event of a
           stream, cutAfterEvents=3 breaks it off, failAfterEvents=3 ends it with an error
`;

function plain(settings: readonly string[], create: () => Upstream): Upstream {
  if (settings.length === 0) return create();
  throw new Error(`it takes no settings: ${settings.join(' ')}; leave them out`);
}

function made(create: () => Upstream): Upstream | undefined {
  try {
    return create();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

function main([name, port = '0', ...settings]: readonly string[]): void {
  const create = name && Object.hasOwn(UPSTREAMS, name) ? UPSTREAMS[name] : undefined;
  const asked = name === '--help' || name === '-h';
  if (!create || !/^\d{1,5}$/.test(port)) {
    (asked ? process.stdout : process.stderr).write(USAGE);
    process.exitCode = asked ? 0 : 2;
    return;
  }
  const server = made(() => create(settings));
  if (!server) return;
  server.on('error', (error) => {
    process.stderr.write(`${name} cannot listen on port ${port}: ${error.message}\n`);
    process.exitCode = 1;
  });
  server.listen(Number(port), '127.0.0.1', () => {
    const address = server.address() as AddressInfo;
    process.stdout.write(`${name} serves http://127.0.0.1:${address.port}\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

main(process.argv.slice(2));
