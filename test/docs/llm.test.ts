import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LlmFormat } from '../../lib/llm/format';
import { isProblem } from '../../lib/llm/problem';
import { PROVIDER_KINDS, type ProviderKind, whyNotRun } from '../../lib/llm/provider';
import { chooseFormat } from '../../lib/llm/translation';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'llm.md'), 'utf8');

const ROWS: readonly (readonly [string, LlmFormat])[] = [
  ['chat completions', 'completions'],
  ['messages (Anthropic)', 'messages'],
  ['responses (OpenAI)', 'responses'],
  ['embeddings', 'embeddings'],
  ['counts of tokens (Anthropic)', 'anthropicTokenCount'],
];

/** In the order of the columns. */
const COLUMNS: readonly ProviderKind[] = ['openAI', 'anthropic', 'gemini'];

function outcome(kind: ProviderKind, format: LlmFormat): string {
  const choice = chooseFormat({ kind }, format, 'some-model');
  if (!isProblem(choice)) return choice.translation ? 'translated' : 'as it is';
  return format === 'anthropicTokenCount' ? 'estimated here' : String(choice.status);
}

describe('the page of language models', () => {
  it.each(ROWS)('says what becomes of %s', (title, format) => {
    const row = PAGE.split('\n').find((line) => line.startsWith(`| ${title} |`)) ?? '';
    const cells = row.slice(2, -2).split(' | ');
    expect(cells.slice(1, 1 + COLUMNS.length)).toEqual(
      COLUMNS.map((kind) => outcome(kind, format)),
    );
    expect(outcome('azure', format)).toBe(outcome('openAI', format));
  });

  it('names the providers that are not run', () => {
    const names = { vertex: 'Vertex AI', bedrock: 'Bedrock', copilot: 'Copilot' };
    expect(PROVIDER_KINDS.filter((kind) => whyNotRun(kind) !== undefined).sort()).toEqual(
      Object.keys(names).sort(),
    );
    for (const name of Object.values(names)) expect(PAGE).toContain(name);
  });
});
