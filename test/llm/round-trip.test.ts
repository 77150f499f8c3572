import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestToCompletions } from '../../lib/llm/conversion/request-to-completions';
import { requestToMessages } from '../../lib/llm/conversion/request-to-messages';
import { responseToCompletion } from '../../lib/llm/conversion/response-to-completion';
import { responseToMessage } from '../../lib/llm/conversion/response-to-message';
import { StreamToChunks } from '../../lib/llm/conversion/stream-to-chunks';
import { StreamToEvents } from '../../lib/llm/conversion/stream-to-events';
import type { JsonRecord } from '../../lib/llm/json';
import { SseParser } from '../../lib/llm/sse';

/** As it is on the wire: without what has no value. */
const wire = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.stringMatching(/^[a-zäé€😀 ]{0,12}[a-z]$/u);
const input = fc.dictionary(word, fc.oneof(words, fc.integer(), fc.boolean()), { maxKeys: 3 });
const url = fc.constantFrom('https://example.com/a.png', 'data:image/png;base64,aGk=');
const image = url.map((at) => ({ type: 'image_url', image_url: { url: at } }));
const part = fc.oneof(
  words.map((text) => ({ type: 'text', text })),
  image,
);
const call = fc.tuple(word, word, input).map(([id, name, given]) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(given) },
}));
const user = fc
  .oneof(words, fc.array(part, { minLength: 2, maxLength: 3 }))
  .map((content) => ({ role: 'user', content }));
const assistant = fc.oneof(
  words.map((content) => ({ role: 'assistant', content })),
  fc
    .tuple(fc.option(words), fc.array(call, { minLength: 1, maxLength: 3 }))
    .map(([content, tool_calls]) => ({ role: 'assistant', content, tool_calls })),
);
const result = fc
  .tuple(word, words)
  .map(([tool_call_id, content]) => ({ role: 'tool', tool_call_id, content }));
const tool = fc.tuple(word, words).map(([name, description]) => ({
  type: 'function',
  function: { name, description, parameters: { type: 'object' } },
}));
const choice = fc.oneof(
  fc.constantFrom('auto', 'required'),
  word.map((name) => ({ type: 'function', function: { name } })),
);

const completion = fc.record(
  {
    model: word,
    messages: fc
      .tuple(fc.option(words), fc.array(fc.oneof(user, assistant, result), { maxLength: 6 }))
      .map(([system, rest]) =>
        system === null ? rest : [{ role: 'system', content: system }, ...rest],
      ),
    max_completion_tokens: fc.integer({ min: 1, max: 9999 }),
    temperature: fc.constantFrom(0, 0.5, 1),
    top_p: fc.constantFrom(0.1, 1),
    stop: fc.array(words, { minLength: 1, maxLength: 2 }),
    tools: fc.array(tool, { minLength: 1, maxLength: 2 }),
    tool_choice: choice,
    user: word,
  },
  { requiredKeys: ['model', 'messages', 'max_completion_tokens'] },
);

describe('a chat completion that goes to Claude and back', () => {
  it('asks the same', () => {
    fc.assert(
      fc.property(completion, fc.option(fc.boolean()), (asked, parallel) => {
        const parallel_tool_calls = asked.tool_choice && parallel !== null ? parallel : undefined;
        const request = wire({ ...asked, parallel_tool_calls }) as JsonRecord;
        const there = wire(requestToMessages(request)) as JsonRecord;
        expect(wire(requestToCompletions(there))).toEqual(request);
      }),
      { numRuns: 500 },
    );
  });

  it('answers the same', () => {
    const finish = fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter');
    const counts = fc.record({ input: fc.nat(99), output: fc.nat(99), cached: fc.nat(9) });
    fc.assert(
      fc.property(
        assistant,
        finish,
        counts,
        (message, finish_reason, { input: fresh, output, cached }) => {
          const usage = {
            prompt_tokens: fresh + cached,
            completion_tokens: output,
            total_tokens: fresh + cached + output,
            prompt_tokens_details: { cached_tokens: cached },
          };
          const answer = {
            id: 'x',
            object: 'chat.completion',
            created: 7,
            model: 'm',
            choices: [{ index: 0, message, finish_reason, logprobs: null }],
            usage,
          };
          const there = wire(responseToMessage(answer));
          expect(wire(responseToCompletion(there, 7000))).toEqual(answer);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('streams the same', () => {
    const step = fc.oneof(
      words.map((content) => ({ content })),
      words.map((reasoning_content) => ({ reasoning_content })),
      fc.tuple(word, input).map(([name, given]) => ({ name, arguments: JSON.stringify(given) })),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const sent = chunksOf(steps);
        const toEvents = new StreamToEvents();
        const claudes = parse(sent.map((chunk) => toEvents.translate(chunk)).join(''));
        const toChunks = new StreamToChunks(0);
        const back = parse(claudes.map((json) => toChunks.translate(json)).join(''));
        expect(summary(back)).toEqual(summary(sent));
      }),
      { numRuns: 500 },
    );
  });
});

type Step =
  | { content: string }
  | { reasoning_content: string }
  | { name: string; arguments: string };

function chunksOf(steps: readonly Step[]): unknown[] {
  let index = 0;
  const deltas = steps.map((step) =>
    'name' in step
      ? { tool_calls: [{ index, id: `c${index++}`, type: 'function', function: step }] }
      : step,
  );
  return [
    ...deltas.map((delta) => ({
      id: 'x',
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: null }],
    })),
    { id: 'x', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { id: 'x', model: 'm', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
  ];
}

function parse(stream: string): unknown[] {
  const found: unknown[] = [];
  const parser = new SseParser(({ data }) => {
    const text = data.toString('utf8');
    if (text !== '[DONE]') found.push(JSON.parse(text));
  });
  parser.push(Buffer.from(stream));
  parser.end();
  return found;
}

interface Chunk {
  readonly model: string;
  readonly choices: readonly {
    readonly finish_reason?: string | null;
    readonly delta: {
      readonly content?: string;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly {
        readonly index: number;
        readonly id?: string;
        readonly function: { readonly name?: string; readonly arguments?: string };
      }[];
    };
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

/** What a client puts together of the chunks. */
function summary(chunks: readonly unknown[]) {
  let content = '';
  let reasoning = '';
  let finish: string | null | undefined;
  let usage: Chunk['usage'];
  const calls = new Map<number, { id?: string; name?: string; arguments: string }>();
  for (const chunk of chunks as readonly Chunk[]) {
    usage = chunk.usage ?? usage;
    for (const { delta, finish_reason } of chunk.choices) {
      content += delta.content ?? '';
      reasoning += delta.reasoning_content ?? '';
      finish = finish_reason ?? finish;
      for (const part of delta.tool_calls ?? []) {
        const known = calls.get(part.index) ?? { arguments: '' };
        calls.set(part.index, {
          id: part.id ?? known.id,
          name: part.function.name ?? known.name,
          arguments: known.arguments + (part.function.arguments ?? ''),
        });
      }
    }
  }
  const { prompt_tokens, completion_tokens } = usage ?? { prompt_tokens: 0, completion_tokens: 0 };
  return { content, reasoning, finish, calls: [...calls], prompt_tokens, completion_tokens };
}
