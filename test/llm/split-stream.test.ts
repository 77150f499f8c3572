import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type LlmCall, prepareCall, responseStream } from '../../lib/llm/call';

const FOLDER = join(__dirname, 'testdata');

function streamOf(file: string): { call: LlmCall; stream: Buffer } {
  const { route, provider, request, stream } = parse(
    readFileSync(join(FOLDER, file), 'utf8').split('\n---\n')[0],
  );
  const asked = { route, path: '/v1/x', query: '' };
  const call = prepareCall({ provider }, asked, Buffer.from(JSON.stringify(request)));
  if (!('path' in call)) throw new Error('the golden does not prepare');
  return { call, stream: Buffer.from(stream) };
}

function play(call: LlmCall, chunks: readonly Buffer[]) {
  const stream = responseStream(call, () => 5);
  const written = [...chunks.map((chunk) => stream.push(chunk)), stream.end()];
  return { written: Buffer.concat(written).toString('utf8'), seen: stream.seen };
}

describe.each([
  'stream-to-chunks.yaml',
  'stream-to-events.yaml',
  'responses-stream.yaml',
  'stream-to-response.yaml',
])('the stream of %s', (file) => {
  const { call, stream } = streamOf(file);
  const whole = play(call, [stream]);

  it('is written and counted the same wherever its chunks end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (places) => {
        const ends = [...places, stream.length].sort((a, b) => a - b);
        const chunks = ends.map((end, i) => stream.subarray(i === 0 ? 0 : ends[i - 1], end));
        expect(play(call, chunks)).toEqual(whole);
      }),
    );
    expect(
      play(
        call,
        [...stream].map((byte) => Buffer.of(byte)),
      ),
    ).toEqual(whole);
  });

  it('is written and counted the same with any line ends', () => {
    if (call.choice?.translation === undefined) return;
    for (const end of ['\r\n', '\r']) {
      const other = Buffer.from(stream.toString('utf8').replaceAll('\n', end));
      expect(play(call, [other])).toEqual(whole);
    }
  });
});

describe('a stream that is passed on', () => {
  it('hands out each chunk itself, unfinished as it may be', () => {
    const { call } = streamOf('responses-stream.yaml');
    const stream = responseStream(call, () => 5);
    const chunk = Buffer.from('event: respon');
    expect(stream.push(chunk)).toBe(chunk);
  });
});
