import { createServer } from 'node:net';

/** Ports of this run: each is free when it is asked for, and none is given twice. */
export class Ports {
  private readonly given = new Set<number>();

  /** `preferred` when it is free, else the next free one above it. */
  async choose(preferred: number): Promise<number> {
    for (let port = preferred; port < preferred + 200; port++) {
      if (this.given.has(port) || !(await isFree(port))) continue;
      this.given.add(port);
      return port;
    }
    throw new Error(`no port is free between ${preferred} and ${preferred + 199}`);
  }
}

/** The gateway listens on every address, so a port that one address has in use is not free. */
async function isFree(port: number): Promise<boolean> {
  const everywhere = await canListen(port);
  return everywhere && (await canListen(port, '127.0.0.1'));
}

function canListen(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
