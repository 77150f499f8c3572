import { quoted } from '../../schema/json';
import type { LlmPolicyEntry } from '../../standalone/document';
import type { Fields } from '../fields';

const HINT = 'remove it, or run this with agentgateway';

/** Each is written with a small letter in a file. */
const FORMATS = [
  ...['AnthropicTokenCount', 'Completions', 'Detect', 'Embeddings', 'GeminiCountTokens'],
  ...['GenerateContent', 'Messages', 'Models', 'Passthrough', 'Realtime', 'Rerank', 'Responses'],
];

/** What happens to requests to models: lists of fields become maps. */
export function translateAiPolicies(ai: Fields): LlmPolicyEntry {
  ai.refuseOthers(
    [
      ...['routes', 'modelAliases', 'defaults', 'overrides', 'prompt', 'promptCaching'],
      ...['transformations', 'finalTransformations'],
    ],
    'a policy for language models',
    HINT,
  );
  const aliases = ai.textMap('modelAliases');
  const prompt = ai.fields('prompt');
  const caching = ai.fields('promptCaching');
  return {
    ...filled('routes', translateRoutes(ai.fields('routes'))),
    ...filled('modelAliases', Object.fromEntries(aliases)),
    ...filled('defaults', keyed(ai, 'defaults', anyValue)),
    ...filled('overrides', keyed(ai, 'overrides', anyValue)),
    ...filled('transformations', keyed(ai, 'transformations', expressionOf)),
    ...filled('finalTransformations', keyed(ai, 'finalTransformations', expressionOf)),
    ...(prompt && { prompts: translatePrompt(prompt) }),
    ...(caching && { promptCaching: translateCaching(caching) }),
  };
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function translateRoutes(routes: Fields | undefined): Record<string, string> {
  const names = routes?.names() ?? [];
  return Object.fromEntries(
    names.flatMap((name) => {
      const format = routes!.choice(name, FORMATS);
      return format ? [[name, lowerFirst(format)]] : [];
    }),
  );
}

function anyValue(entry: Fields): unknown {
  return entry.value.value ?? null;
}

function expressionOf(entry: Fields): string {
  return entry.text('expression') ?? '';
}

/** A map has no room for a field that is set twice. */
function keyed<T>(ai: Fields, name: string, read: (entry: Fields) => T): Record<string, T> {
  const values = new Map<string, T>();
  for (const entry of ai.entries(name)) {
    const field = entry.text('field') ?? '';
    if (values.has(field)) {
      entry.findings.error(
        'Duplicate',
        entry.at('field'),
        `field ${quoted(field)} is set twice, and a standalone file sets it once`,
        'keep one of them',
      );
    }
    values.set(field, read(entry));
  }
  return Object.fromEntries(values);
}

function translatePrompt(prompt: Fields): object {
  prompt.refuseOthers(['prepend', 'append'], 'a prompt', HINT);
  return {
    ...filledList('append', messages(prompt, 'append')),
    ...filledList('prepend', messages(prompt, 'prepend')),
  };
}

function messages(prompt: Fields, name: string): object[] {
  return prompt.entries(name).map((message) => ({
    role: message.text('role') ?? '',
    content: message.text('content') ?? '',
  }));
}

/** As an API server writes them where nothing is written. */
const CACHING = {
  flags: { cacheSystem: true, cacheMessages: true, cacheTools: false },
  counts: { cacheMessageOffset: 0, minTokens: 1024 },
};

function translateCaching(caching: Fields): object {
  const { flags, counts } = CACHING;
  caching.refuseOthers(Object.keys({ ...flags, ...counts }), 'prompt caching', HINT);
  return Object.fromEntries([
    ...Object.entries(flags).map(([name, fallback]) => [name, caching.flag(name) ?? fallback]),
    ...Object.entries(counts).map(([name, fallback]) => [
      name,
      caching.integer(name, 0, 2 ** 31 - 1) ?? fallback,
    ]),
  ]);
}

function filled(name: string, map: Record<string, unknown>): Record<string, typeof map> {
  return Object.keys(map).length > 0 ? { [name]: map } : {};
}

function filledList(name: string, list: readonly object[]): Record<string, typeof list> {
  return list.length > 0 ? { [name]: list } : {};
}
