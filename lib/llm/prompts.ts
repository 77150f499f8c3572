import type { LlmFormat } from './format';
import { entries, field, type JsonRecord } from './json';

export interface Prompt {
  /** `system`, `user`, `assistant`, … */
  readonly role: string;
  readonly content: string;
}

/** Messages that every conversation gets. */
export interface PromptEnrichment {
  readonly prepend?: readonly Prompt[];
  readonly append?: readonly Prompt[];
}

/** The fields that change when prompts are added to a request of the format. */
export type Enrich = (request: JsonRecord, prompts: PromptEnrichment) => JsonRecord;

const ENRICH: Readonly<Partial<Record<LlmFormat, Enrich>>> = {
  completions: (request, { prepend = [], append = [] }) => ({
    messages: [...prepend, ...entries(request, 'messages'), ...append],
  }),
  messages: enrichMessages,
  anthropicTokenCount: enrichMessages,
  responses: (request, { prepend = [], append = [] }) => ({
    input: [
      ...prepend.map(inputMessage),
      ...inputItems(field(request, 'input')),
      ...append.map(inputMessage),
    ],
  }),
};

/** Formats without a conversation, such as embeddings, stay as they are. */
export function enriched(
  format: LlmFormat,
  request: JsonRecord,
  prompts: PromptEnrichment,
): JsonRecord {
  return ENRICH[format]?.(request, prompts) ?? {};
}

/** Claude has no messages of the system's: they belong to the system prompt. */
function enrichMessages(request: JsonRecord, prompts: PromptEnrichment): JsonRecord {
  const { prepend = [], append = [] } = prompts;
  const [before, first] = bySystem(prepend);
  const [after, last] = bySystem(append);
  const messages = [...first, ...entries(request, 'messages'), ...last];
  if (before.length + after.length === 0) return { messages };
  return { messages, system: systemWith(field(request, 'system'), before, after) };
}

function bySystem(
  prompts: readonly Prompt[],
): [system: readonly Prompt[], rest: readonly Prompt[]] {
  const isSystem = ({ role }: Prompt) => role === 'system';
  return [prompts.filter(isSystem), prompts.filter((prompt) => !isSystem(prompt))];
}

function systemWith(
  system: unknown,
  before: readonly Prompt[],
  after: readonly Prompt[],
): string | readonly unknown[] {
  const asBlock = ({ content }: Prompt) => ({ type: 'text', text: content });
  if (Array.isArray(system)) return [...before.map(asBlock), ...system, ...after.map(asBlock)];
  const own = typeof system === 'string' && system !== '' ? [system] : [];
  const texts = (prompts: readonly Prompt[]) => prompts.map(({ content }) => content);
  return [...texts(before), ...own, ...texts(after)].join('\n');
}

function inputMessage({ role, content }: Prompt): JsonRecord {
  return { type: 'message', role, content };
}

function inputItems(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [inputMessage({ role: 'user', content: input })];
  return Array.isArray(input) ? input : [];
}
