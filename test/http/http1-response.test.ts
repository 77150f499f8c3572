import { describe, expect, it } from 'vitest';
import { HeadTooLong, type ResponseEvents, ResponseParser } from '../../lib/http/http1-response';
import { random } from '../support/random';

/** What a parser told, with adjacent pieces of a body joined: how bytes were split must not show. */
function recorder() {
  const told: unknown[] = [];
  const events: ResponseEvents = {
    onHead: (status, headers) => void told.push({ status, headers: [...headers] }),
    onBody(chunk) {
      const last = told.at(-1);
      if (typeof last === 'string') told[told.length - 1] = last + chunk.toString('latin1');
      else if (chunk.length > 0) told.push(chunk.toString('latin1'));
    },
    onEnd: (trailers, reusable) => void told.push({ end: trailers, reusable }),
    onSwitch: (status, headers, rest) =>
      void told.push({ switched: status, headers }, rest.toString('latin1')),
  };
  const hasSwitched = () =>
    told.some((event) => typeof event === 'object' && event !== null && 'switched' in event);
  return { told, events, hasSwitched };
}

/** Reads pieces and then the end of the connection. */
function read(pieces: readonly Buffer[], method = 'GET'): unknown[] {
  const { told, events, hasSwitched } = recorder();
  const parser = new ResponseParser(events);
  parser.expect(method);
  try {
    for (const piece of pieces) {
      // What follows a change of protocols is not HTTP any more.
      if (hasSwitched()) told[told.length - 1] += piece.toString('latin1');
      else parser.push(piece);
    }
    told.push(parser.finish() ? 'whole' : 'broken off');
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect([Error, HeadTooLong]).toContain((error as Error).constructor);
    told.push((error as Error).message);
  }
  return told;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const OK = 'HTTP/1.1 200 OK\r\n';

const ANSWERS: readonly (readonly [name: string, text: string, method?: string])[] = [
  ['a length', `${OK}Content-Length: 5\r\nX-A: b\r\n\r\nhello`],
  ['no body', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['an empty body', `${OK}content-length: 0\r\n\r\n`],
  ['an answer to HEAD', `${OK}content-length: 5\r\n\r\n`, 'HEAD'],
  ['an answer that says nothing changed', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n'],
  [
    'chunks',
    `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0a;x="y"\r\n0123456789\r\n0\r\n\r\n`,
  ],
  [
    'trailers',
    `${OK}Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nGrpc-Status: 0\r\nx: y\r\n\r\n`,
  ],
  ['a body until the end', `${OK}\r\nto the end`],
  [
    'interim answers',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}content-length: 1\r\n\r\na`,
  ],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81\x02hi'],
  ['an old version', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
  ['a connection that closes', `${OK}connection: x, Close\r\ncontent-length: 2\r\n\r\nok`],
  ['bytes beyond ASCII', `${OK}x-name: caf\xe9\r\ncontent-length: 2\r\n\r\n\x00\xff`],
];

describe('answers as they stand on the wire', () => {
  it('read as', () => {
    const all = ANSWERS.map(([name, text, method]) => [
      name,
      read([bytes(text)], method).map((event) => JSON.stringify(event)),
    ]);
    expect(Object.fromEntries(all)).toMatchInlineSnapshot(`
      {
        "a body until the end": [
          "{"status":200,"headers":[]}",
          ""to the end"",
          "{"end":[],"reusable":false}",
          ""whole"",
        ],
        "a connection that closes": [
          "{"status":200,"headers":["connection","x, Close","content-length","2"]}",
          ""ok"",
          "{"end":[],"reusable":false}",
          ""whole"",
        ],
        "a length": [
          "{"status":200,"headers":["content-length","5","x-a","b"]}",
          ""hello"",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "an answer that says nothing changed": [
          "{"status":304,"headers":["content-length","5"]}",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "an answer to HEAD": [
          "{"status":200,"headers":["content-length","5"]}",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "an empty body": [
          "{"status":200,"headers":["content-length","0"]}",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "an old version": [
          "{"status":200,"headers":["content-length","2"]}",
          ""ok"",
          "{"end":[],"reusable":false}",
          ""whole"",
        ],
        "another protocol": [
          "{"switched":101,"headers":["upgrade","websocket"]}",
          ""\\u0002hi"",
          ""whole"",
        ],
        "bytes beyond ASCII": [
          "{"status":200,"headers":["x-name","café","content-length","2"]}",
          ""\\u0000ÿ"",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "chunks": [
          "{"status":200,"headers":["transfer-encoding","chunked"]}",
          ""abc0123456789"",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "interim answers": [
          "{"status":200,"headers":["content-length","1"]}",
          ""a"",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "no body": [
          "{"status":204,"headers":[]}",
          "{"end":[],"reusable":true}",
          ""whole"",
        ],
        "trailers": [
          "{"status":200,"headers":["transfer-encoding","Chunked"]}",
          ""a"",
          "{"end":["grpc-status","0","x","y"],"reusable":true}",
          ""whole"",
        ],
      }
    `);
  });

  for (const [name, text, method] of ANSWERS) {
    it(`${name} reads the same wherever it is cut`, () => {
      const whole = bytes(text);
      const expected = read([whole], method);
      for (let at = 1; at < whole.length; at++) {
        expect(read([whole.subarray(0, at), whole.subarray(at)], method)).toEqual(expected);
      }
      const single = [...whole].map((byte) => Buffer.of(byte));
      expect(read(single, method)).toEqual(expected);
    });
  }
});

describe('what could be read in two ways is an error', () => {
  it.each([
    ['two different lengths', `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
    ['a list of lengths', `${OK}content-length: 1, 1\r\n\r\n`],
    ['a signed length', `${OK}content-length: +1\r\n\r\n`],
    ['a length of no digits', `${OK}content-length: \r\n\r\n`],
    ['a length with a vertical tab', `${OK}content-length: 1\x0b\r\n\r\n`],
    ['a length with a no-break space', `${OK}content-length: 1\xa0\r\n\r\n`],
    ['a length and a coding', `${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`],
    ['an unknown coding', `${OK}transfer-encoding: gzip, chunked\r\n\r\n`],
    ['a coding twice', `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`],
    ['a blank before the colon', `${OK}content-length : 1\r\n\r\n`],
    ['a folded field', `${OK}x: a\r\n b\r\n\r\n`],
    ['a field without a colon', `${OK}x\r\n\r\n`],
    ['a field without a name', `${OK}: x\r\n\r\n`],
    ['a bare line feed between fields', `${OK}x: a\ny: b\r\n\r\n`],
    ['a bare carriage return in a value', `${OK}x: a\ry: b\r\n\r\n`],
    ['a NUL in a value', `${OK}x: a\0\r\n\r\n`],
    ['an unknown protocol', 'ICY 200 OK\r\n\r\n'],
    ['an unknown version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['no status', 'HTTP/1.1\r\n\r\n'],
    ['a chunk size that is none', `${OK}transfer-encoding: chunked\r\n\r\nx\r\n`],
    [
      'a chunk size past every number',
      `${OK}transfer-encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n`,
    ],
    ['a chunk longer than its size', `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`],
    ['bytes after the end', `${OK}content-length: 1\r\n\r\nab`],
    [
      'a body after an answer that has none',
      'HTTP/1.1 204 No Content\r\ncontent-length: 1\r\n\r\na',
    ],
    ['an endless head', `${OK}x: ${'a'.repeat(70_000)}`],
    ['an endless chunk size', `${OK}transfer-encoding: chunked\r\n\r\n1;${'a'.repeat(70_000)}`],
    ['endless trailers', `${OK}transfer-encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(70_000)}`],
  ])('%s', (_name, text) => {
    const told = read([bytes(text)]);
    expect(told.at(-1)).toMatch(/^(invalid|unknown|two lengths|bytes after|response head)/);
  });

  it.each([
    ['a length', `${OK}content-length: 5\r\n\r\nhell`],
    ['chunks', `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`],
    ['trailers', `${OK}transfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n`],
    ['a head', 'HTTP/1.1 200'],
    ['nothing', ''],
  ])('%s that breaks off is not a whole answer', (_name, text) => {
    expect(read([bytes(text)]).at(-1)).toBe('broken off');
  });
});

describe('trailers', () => {
  it('bring no field that says where a message ends, goes or how it is packed', () => {
    const fields = ['content-length: 9', 'transfer-encoding: chunked', 'connection: x-a', 'x-a: 1'];
    const told = read([
      bytes(`${OK}transfer-encoding: chunked\r\n\r\n0\r\n${fields.join('\r\n')}\r\nx-b: 2\r\n\r\n`),
    ]);
    expect(told).toContainEqual({ end: ['x-b', '2'], reusable: true });
  });
});

describe('mutated answers', () => {
  it('end in events or in an error, the same for whole and for split input', () => {
    const next = random(20_260_821);
    const pick = (count: number) => Math.floor(next() * count);
    const oddities = ['\r', '\n', '\r\n', '\0', ':', ' ', ';', '0', 'f', '\xff', 'chunked', '-1'];
    for (let round = 0; round < 4_000; round++) {
      const [, text, method] = ANSWERS[pick(ANSWERS.length)];
      let mutated = text;
      for (let i = pick(3); i >= 0; i--) {
        const at = pick(mutated.length);
        mutated =
          mutated.slice(0, at) + oddities[pick(oddities.length)] + mutated.slice(at + pick(3));
      }
      const whole = bytes(mutated);
      const expected = read([whole], method);
      const cuts = [pick(whole.length), pick(whole.length)].sort((a, b) => a - b);
      const pieces = [
        whole.subarray(0, cuts[0]),
        whole.subarray(cuts[0], cuts[1]),
        whole.subarray(cuts[1]),
      ];
      expect(read(pieces, method), JSON.stringify(mutated)).toEqual(expected);
    }
  });
});
