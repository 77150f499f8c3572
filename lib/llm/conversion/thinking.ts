import { count, field, type JsonRecord, text } from '../json';

/** Claude's smallest budget, in tokens; `max_tokens` must exceed the budget. */
const SMALLEST_BUDGET = 1024;

/** What a `reasoning_effort` is for Claude: its word, and the budget of models that know no words. */
const EFFORTS: Readonly<Record<string, { readonly effort: string; readonly budget: number }>> = {
  minimal: { effort: 'low', budget: 1024 },
  low: { effort: 'low', budget: 1024 },
  medium: { effort: 'medium', budget: 2048 },
  high: { effort: 'high', budget: 4096 },
  xhigh: { effort: 'xhigh', budget: 8192 },
  max: { effort: 'max', budget: 16384 },
};

/** `claude-opus-4-6`, `claude-sonnet-5`; a third number of two digits at most is no date. */
const MODEL_VERSION = /^claude-[a-z]+-(\d{1,2})(?:-(\d{1,2})(?!\d))?/;

export interface Thinking {
  readonly thinking?: JsonRecord;
  readonly effort?: string;
}

/** How Claude shall think for the reasoning that a chat completion asks for. */
export function claudeThinking(request: JsonRecord, maxTokens: number): Thinking {
  const word = text(request, 'reasoning_effort');
  const asked = word !== undefined && Object.hasOwn(EFFORTS, word) ? EFFORTS[word] : undefined;
  const explicit = count(request, 'thinking_budget_tokens');
  if (!asked && explicit === undefined) return {};
  if (thinksAdaptively(text(request, 'model') ?? '')) {
    return { thinking: { type: 'adaptive' }, effort: asked?.effort ?? 'high' };
  }
  const budget = Math.min(explicit ?? asked?.budget ?? 0, maxTokens - 1);
  if (budget < SMALLEST_BUDGET) return {};
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** The `reasoning_effort` of a request to Claude. */
export function reasoningEffort(request: JsonRecord): string | undefined {
  const type = text(field(request, 'thinking'), 'type');
  const effort = text(field(request, 'output_config'), 'effort');
  if (type === 'disabled') return undefined;
  return effort ?? (type === 'adaptive' ? 'high' : undefined);
}

function thinksAdaptively(model: string): boolean {
  const [, major, minor = '0'] = MODEL_VERSION.exec(model) ?? [];
  return major !== undefined && Number(major) * 100 + Number(minor) >= 406;
}
