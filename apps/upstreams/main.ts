import type { AddressInfo } from 'node:net';
import { createExtAuthz } from './ext-authz';
import { createHttpbin } from './httpbin';
import { createAnthropic } from './llm-anthropic';
import { createOpenai } from './llm-openai';
import type { Upstream } from './upstream';

const UPSTREAMS: Readonly<Record<string, () => Upstream>> = {
  'ext-authz': createExtAuthz,
  httpbin: createHttpbin,
  openai: createOpenai,
  anthropic: createAnthropic,
};

const USAGE = `usage: npm run -s upstream -- NAME [PORT]

Serves a demo upstream on 127.0.0.1 until Ctrl-C.

  NAME   ${Object.keys(UPSTREAMS).join(', ')}
  PORT   0 to 65535; left out, the system chooses a free one
`;

function main([name, port = '0']: readonly string[]): void {
  const create = name && Object.hasOwn(UPSTREAMS, name) ? UPSTREAMS[name] : undefined;
  const asked = name === '--help' || name === '-h';
  if (!create || !/^\d{1,5}$/.test(port)) {
    (asked ? process.stdout : process.stderr).write(USAGE);
    process.exitCode = asked ? 0 : 2;
    return;
  }
  const server = create();
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
