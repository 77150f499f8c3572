import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A client that sends whatever bytes it likes, and reads whatever comes. */
export class RawClient {
  #received = '';
  #closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  get received(): string {
    return this.#received;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** What has come, once it matches. */
  until(pattern: RegExp, timeoutMs = 5_000): Promise<string> {
    return this.#wait(() => pattern.test(this.#received), `${pattern}`, timeoutMs);
  }

  /** What has come, once the other side has closed the connection. */
  untilClosed(timeoutMs = 5_000): Promise<string> {
    return this.#wait(() => this.#closed, 'the end', timeoutMs);
  }

  #wait(test: () => boolean, wanted: string, timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!test() && !this.#closed) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (test()) resolve(this.#received);
        else reject(new Error(`closed before ${wanted}: ${JSON.stringify(this.#received)}`));
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`never came ${wanted}: ${JSON.stringify(this.#received)}`));
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  await new Promise((connected, failed) => {
    socket.once('connect', connected);
    socket.once('error', failed);
  });
  return new RawClient(socket);
}

/** Sends bytes on a connection of their own and gives what comes back until it is closed. */
export async function rawExchange(port: number, text: string): Promise<string> {
  return (await rawClient(port)).send(text).untilClosed();
}
