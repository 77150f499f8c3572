import type { AddressInfo } from 'node:net';

/** A stand-in that a demo starts and ends: a server of HTTP as Node has it, or one of another protocol. */
export interface Upstream {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): AddressInfo | string | null;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  close(): unknown;
  closeAllConnections(): void;
}
