import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseParser } from '../../lib/llm/sse';

interface Read {
  readonly name: string;
  readonly data: string;
}

function readChunks(chunks: readonly Uint8Array[], longest?: number) {
  const events: Read[] = [];
  const onEvent = ({ name, data }: { name: string; data: Buffer }) =>
    events.push({ name, data: data.toString('utf8') });
  const parser = new SseParser(onEvent, longest);
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return { events, dropped: parser.dropped };
}

const read = (text: string, longest?: number) => readChunks([Buffer.from(text)], longest);

/** The bytes in pieces that end at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

describe('an event stream', () => {
  it.each([
    ['data: a\n\n', [{ name: '', data: 'a' }]],
    ['data:a\n\n', [{ name: '', data: 'a' }]],
    ['data:  a\n\n', [{ name: '', data: ' a' }]],
    ['event: x\ndata: a\n\n', [{ name: 'x', data: 'a' }]],
    ['data: a\ndata: b\n\n', [{ name: '', data: 'a\nb' }]],
    ['data\n\n', [{ name: '', data: '' }]],
    [': comment\n\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['event: x\n\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['id: 1\nretry: 5\nother: y\ndata: a\n\n', [{ name: '', data: 'a' }]],
    [
      'data: a\r\n\r\ndata: b\r\n\r\n',
      [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
    ],
    [
      'data: a\r\rdata: b\r\r',
      [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
    ],
    [
      'data: a\r\n\ndata: b\n\r\n',
      [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
    ],
    ['\uFEFFdata: a\n\n', [{ name: '', data: 'a' }]],
    ['data: a\n\n\uFEFFdata: b\n\n', [{ name: '', data: 'a' }]],
    ['database: a\n\n', []],
    ['data: a\n', [{ name: '', data: 'a' }]],
    ['data: a', []],
    ['', []],
  ])('reads %j', (text, events) => {
    expect(read(text).events).toEqual(events);
  });

  it('reads the same wherever chunks end', () => {
    const line = fc.constantFrom(
      'data: ä€😀',
      'data:',
      ': c',
      'event: x',
      'data: {"a":1}',
      '',
      'id',
    );
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const text = fc
      .array(fc.tuple(line, end), { maxLength: 30 })
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat(400), { maxLength: 20 }),
        fc.boolean(),
        (text, places, mark) => {
          const bytes = Buffer.from((mark ? '\uFEFF' : '') + text);
          expect(readChunks(cut(bytes, places))).toEqual(readChunks([bytes]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads the same when every byte comes alone', () => {
    const bytes = Buffer.from('\uFEFFevent: e\r\ndata: ä\r\ndata: b\r\n\r\ndata: c\n\n');
    expect(readChunks([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(readChunks([bytes]));
  });

  it('does not rest on the memory of a chunk that is used again', () => {
    const events: string[] = [];
    const parser = new SseParser(({ data }) => events.push(data.toString('utf8')));
    const memory = Buffer.alloc(16);
    for (const piece of ['data: one\nda', 'ta: two\n', 'data: th', 'ree\n\n']) {
      memory.fill('#');
      parser.push(memory.subarray(0, memory.write(piece)));
    }
    expect(events).toEqual(['one\ntwo\nthree']);
  });

  it('drops an event that is too long and reads the next', () => {
    const long = `data: ${'x'.repeat(200)}\n\n`;
    expect(read(`data: a\n\n${long}data: b\n\n`, 100)).toEqual({
      events: [
        { name: '', data: 'a' },
        { name: '', data: 'b' },
      ],
      dropped: 1,
    });
    const many = `${'data: xxxxxxxxxx\n'.repeat(50)}\n`;
    expect(read(`${many}data: b\n\n`, 100).events).toEqual([{ name: '', data: 'b' }]);
  });

  it('keeps no more of an endless line than the longest event', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const parser = new SseParser(() => {}, 1000);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i++) parser.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * chunk.length);
    parser.push(Buffer.from('\n\n'));
    expect(parser.dropped).toBe(1);
  });
});
