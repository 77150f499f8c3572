import type { LlmFormat } from './format';
import { field, type JsonRecord, text } from './json';
import type { ModelAliases } from './model-alias';
import { type LlmProblem, modelMissing } from './problem';
import { enriched, type PromptEnrichment } from './prompts';
import type { ProviderKind } from './provider';
import { bodyWith, editRequest, type LlmRequest, type RequestBody } from './request';

/** Fields and what they become; `undefined` takes a field away. */
export type FieldEdits = ReadonlyMap<string, unknown>;

/** What a configuration does to the body of a request before it is translated. */
export interface RequestPolicy {
  /** Replaces the client's model. */
  readonly model?: string;
  /** Replace the client's fields. */
  readonly overrides?: JsonRecord;
  /** Computed fields. An expression that fails takes its field away. */
  readonly transformations?: (body: JsonRecord) => FieldEdits;
  /** Stand in where the client gives nothing. */
  readonly defaults?: JsonRecord;
  readonly modelAliases?: ModelAliases;
  readonly prompts?: PromptEnrichment;
}

/** Whom a request comes from and goes to. */
export interface RequestTarget {
  /** The client's format. */
  readonly format: LlmFormat;
  readonly provider: ProviderKind;
}

/** Computes what the fields of a body become. */
type Step = (policy: RequestPolicy, body: JsonRecord, target: RequestTarget) => FieldEdits;

const NO_EDITS: FieldEdits = new Map();

/** What happens to any body that is an object. */
const FIELD_STEPS: readonly Step[] = [
  ({ overrides }) => new Map(Object.entries(overrides ?? {})),
  ({ transformations }, body) => transformations?.(body) ?? NO_EDITS,
  ({ defaults }, body) =>
    new Map(Object.entries(defaults ?? {}).filter(([name]) => !Object.hasOwn(body, name))),
];

/** What happens to a body, in this order: agentgateway's. Each step sees what those before it have left. */
const STEPS: readonly Step[] = [
  ({ model }) => (model === undefined ? NO_EDITS : new Map([['model', model]])),
  ...FIELD_STEPS,
  ({ modelAliases }, body) => aliasEdit(modelAliases, body),
  (_policy, body, { format }) => (format === 'completions' ? usageEdit(body) : NO_EDITS),
  (_policy, body, target) => limitEdit(body, target),
  ({ prompts }, body, { format }) =>
    prompts ? new Map(Object.entries(enriched(format, body, prompts))) : NO_EDITS,
];

/** Formats whose model stands elsewhere than in the body, or that need none. */
const WITHOUT_MODEL: ReadonlySet<LlmFormat> = new Set<LlmFormat>([
  'generateContent',
  'geminiCountTokens',
]);

export function applyRequestPolicy(
  request: LlmRequest,
  target: RequestTarget,
  policy: RequestPolicy,
): RequestBody | LlmProblem {
  const { edits, body } = run(STEPS, request, target, policy);
  const model = field(body, 'model');
  const named = typeof model === 'string' && model !== '';
  if (!named && !WITHOUT_MODEL.has(target.format)) return modelMissing();
  return editRequest(request, edits);
}

/** Of a body whose format nobody knows only the fields are changed that the configuration names. */
export function applyFieldPolicy(
  request: LlmRequest,
  provider: ProviderKind,
  policy: RequestPolicy,
): RequestBody | LlmProblem {
  const { edits } = run(FIELD_STEPS, request, { format: 'completions', provider }, policy);
  return editRequest(request, edits);
}

function run(
  steps: readonly Step[],
  request: LlmRequest,
  target: RequestTarget,
  policy: RequestPolicy,
): { readonly edits: FieldEdits; readonly body: JsonRecord } {
  let edits: FieldEdits = NO_EDITS;
  let { body } = request;
  for (const step of steps) {
    const added = step(policy, body, target);
    if (added.size === 0) continue;
    edits = new Map([...edits, ...added]);
    body = bodyWith(request.body, edits);
  }
  return { edits, body };
}

function aliasEdit(aliases: ModelAliases | undefined, body: JsonRecord): FieldEdits {
  const model = field(body, 'model');
  if (!aliases || typeof model !== 'string') return NO_EDITS;
  const meant = aliases(model);
  return meant === model ? NO_EDITS : new Map([['model', meant]]);
}

/** Without it a stream would not tell what it cost. The client gets one event more than it asked for. */
function usageEdit(body: JsonRecord): FieldEdits {
  const options = field(body, 'stream_options');
  if (field(body, 'stream') !== true || (options !== undefined && options !== null))
    return NO_EDITS;
  return new Map([['stream_options', { include_usage: true }]]);
}

/** OpenAI's own models refuse the older name of the limit. */
function limitEdit(body: JsonRecord, { format, provider }: RequestTarget): FieldEdits {
  const limit = field(body, 'max_tokens');
  const isGpt = text(body, 'model')?.startsWith('gpt-') ?? false;
  if (format !== 'completions' || provider !== 'openAI' || !isGpt || limit === undefined) {
    return NO_EDITS;
  }
  const newer = field(body, 'max_completion_tokens') ?? limit;
  return new Map([
    ['max_tokens', undefined],
    ['max_completion_tokens', newer],
  ]);
}
