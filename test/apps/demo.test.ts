import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Outcome, play, toCurl } from '../../apps/demo/call';
import { Ports } from '../../apps/demo/ports';
import { formatTable, paintFor } from '../../apps/demo/table';
import type { Call } from '../../apps/demo/tutorial';

const call: Call = {
  caller: 'alice',
  path: '/headers?who=a b',
  headers: { host: 'www.example.com', authorization: "Bearer it's-a-demo" },
  expected: { status: 200, body: 'hello', bodyWithout: 'Secret' },
  why: 'the key is known',
};

async function playAgainst(status: number, body: string): Promise<Outcome> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await play({ ...call, path: '/' }, (server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('a call of a tutorial', () => {
  it('has no surprise when status and body are the expected ones', async () => {
    const { surprise, answer } = await playAgainst(200, 'hello world');
    expect(surprise).toBeUndefined();
    expect(answer).toEqual({ status: 200, body: 'hello world' });
  });

  it.each([
    [401, 'hello', 'expected 200'],
    [200, 'bye', 'expected a body with "hello"'],
    [200, 'hello SECRET', 'the body holds what it must not'],
  ])('answered %i %s is a surprise', async (status, body, surprise) => {
    expect((await playAgainst(status, body)).surprise).toBe(surprise);
  });

  it('fails with its place when nobody answers', async () => {
    await expect(play({ ...call, path: '/' }, 1)).rejects.toThrow('GET / to port 1 failed');
  });

  it('is a command to paste, quoted for a shell', () => {
    expect(toCurl(call, 8080)).toBe(
      `curl -i 'http://localhost:8080/headers?who=a b' -H 'host: www.example.com' -H 'authorization: Bearer it'\\''s-a-demo'`,
    );
  });

  it('sends its body as JSON, and a token that is made when it is played', async () => {
    const received: unknown[] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { authorization, 'content-type': type } = request.headers;
      received.push([request.method, authorization, type, text]);
      response.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let made = 0;
    const posted: Call = {
      ...call,
      method: 'POST',
      path: '/',
      headers: undefined,
      bearer: () => `token-${++made}`,
      body: { who: "it's me" },
    };
    try {
      const { port } = server.address() as AddressInfo;
      await play(posted, port);
      await play(posted, port);
      expect(toCurl(posted, 80)).toBe(
        `curl -i -X POST http://localhost:80/ -H 'content-type: application/json' -H 'authorization: Bearer token-3' -d '{"who":"it'\\''s me"}'`,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const sent = ['application/json', '{"who":"it\'s me"}'];
    expect(received).toEqual([
      ['POST', 'Bearer token-1', ...sent],
      ['POST', 'Bearer token-2', ...sent],
    ]);
  });
});

describe('the table of a tutorial', () => {
  const outcome = (status: number, surprise?: string): Outcome => ({
    call: { ...call, path: '/headers' },
    answer: { status, body: '' },
    surprise,
  });

  it('shows who asked, what came back, and why', () => {
    const table = formatTable(
      [outcome(200), outcome(401), outcome(503, 'expected 200')],
      (_style, text) => text,
    );
    expect(table).toBe(
      [
        'caller   request                       answer   verdict',
        'alice    GET www.example.com/headers   200      allowed: the key is known',
        'alice    GET www.example.com/headers   401      refused: the key is known',
        'alice    GET www.example.com/headers   503      UNEXPECTED, expected 200 (the key is known)',
      ].join('\n'),
    );
  });

  it('is coloured on a terminal only, and not against NO_COLOR', () => {
    const terminal = { isTTY: true } as NodeJS.WriteStream;
    const pipe = { isTTY: false } as NodeJS.WriteStream;
    expect(paintFor(pipe, {})('red', 'text')).toBe('text');
    expect(paintFor(terminal, { NO_COLOR: '1' })('red', 'text')).toBe('text');
    expect(paintFor(terminal, {})('red', 'text')).not.toBe('text');
  });
});

describe('ports', () => {
  it('avoid what is in use, and are given once', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const taken = (server.address() as AddressInfo).port;
    try {
      const ports = new Ports();
      const chosen = [await ports.choose(taken), await ports.choose(taken)];
      expect(chosen).not.toContain(taken);
      expect(chosen[0]).not.toBe(chosen[1]);
    } finally {
      server.close();
    }
  });
});
