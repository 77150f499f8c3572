import { entries, field, isObject, type JsonObject, listed, quoted, textField } from '../json';
import type { Rule, Violation } from '../rule';

/** A model as it is called: where its provider and its parameters are written. */
interface Call {
  /** A name, or nothing for a provider with forms of its own. */
  readonly provider: string | undefined;
  readonly params: unknown;
  readonly path: string;
}

/** What a provider cannot be called without, of `params`. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  vertex: ['vertexProject'],
  bedrock: ['awsRegion'],
  azure: ['azureResourceName', 'azureResourceType'],
};

/** Where models and providers of the shorthand `llm` fit together; a provider that no model names is not looked at. */
export const LLM_CALLS: Rule = {
  form: 'llmCalls',
  check: (self) => {
    const providers = entries(field(self, 'providers'));
    const named = byName(providers);
    const calls = new Map<string, Call>();
    const violations: Violation[] = [];
    for (const [index, model] of entries(field(self, 'models')).entries()) {
      const path = `models[${index}]`;
      const reference = field(field(model, 'provider'), 'reference');
      if (typeof reference !== 'string') {
        addCall(calls, model, path);
        continue;
      }
      const at = named.get(reference);
      if (at === undefined) violations.push(unknownProvider(reference, path, named));
      else addCall(calls, providers[at], `providers[${at}]`);
      violations.push(...ownParams(model, path));
    }
    return [...violations, ...[...calls.values()].flatMap(callProblems)];
  },
};

/** Where each provider stands. */
function byName(providers: readonly unknown[]): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  for (const [index, provider] of providers.entries()) {
    const name = field(provider, 'name');
    if (typeof name === 'string') named.set(name, index);
  }
  return named;
}

function addCall(calls: Map<string, Call>, written: unknown, path: string): void {
  const provider = field(written, 'provider');
  const isCustom = isObject(provider) && provider.custom !== undefined;
  if (typeof provider !== 'string' && !isCustom) return;
  const name = typeof provider === 'string' ? provider : undefined;
  calls.set(path, { provider: name, params: field(written, 'params'), path });
}

const MOST_LISTED = 10;

function unknownProvider(
  name: string,
  path: string,
  named: ReadonlyMap<string, number>,
): Violation {
  const known = [...named.keys()].slice(0, MOST_LISTED);
  return {
    path: `${path}.provider.reference`,
    message: `no entry of \`providers\` is called ${quoted(name)}`,
    hint: known.length > 0 ? `there is ${listed(known)}` : 'write `providers` beside `models`',
  };
}

function ownParams(model: unknown, path: string): Violation[] {
  const params = field(model, 'params');
  if (!isObject(params)) return [];
  return writtenKeys(params)
    .filter((name) => name !== 'model')
    .map((name) => ({
      path: `${path}.params.${name}`,
      message: `${quoted(name)} cannot be used here: a model of an entry of \`providers\` has a \`model\` of its own and nothing else`,
      hint: 'write it into `params` of the provider',
      code: 'Forbidden' as const,
    }));
}

function callProblems({ provider, params, path }: Call): Violation[] {
  const isWritten = (name: string) => isObject(params) && writtenKeys(params).includes(name);
  const missing = (NEEDED[provider ?? ''] ?? [])
    .filter((name) => !isWritten(name))
    .map((name) =>
      required(`${path}.params.${name}`, `${quoted(provider!)} needs ${quoted(name)}`),
    );
  if (provider === undefined && !isWritten('baseUrl') && !isWritten('hostOverride')) {
    missing.push(required(`${path}.params.baseUrl`, 'a custom provider needs `baseUrl`'));
  }
  return [...missing, ...baseUrlProblems(params, path)];
}

function required(path: string, message: string): Violation {
  return { path, message, code: 'Required' };
}

function writtenKeys(params: JsonObject): string[] {
  return Object.keys(params).filter((name) => params[name] !== null && params[name] !== undefined);
}

const KNOWN_PORTS = ['http:', 'https:', 'ws:', 'wss:', 'ftp:'];

function baseUrlProblems(params: unknown, path: string): Violation[] {
  const written = field(params, 'baseUrl');
  if (typeof written !== 'string') return [];
  const url = parsedUrl(written);
  const at = {
    path: `${path}.params.baseUrl`,
    hint: 'write it as in `https://llm.example.com/v1`',
  };
  if (!url) return [{ ...at, message: `${quoted(shown(written))} is no URL` }];
  // The value may be a password, so it is not shown.
  if (url.username || url.password || url.search || url.hash) {
    return [{ ...at, message: 'the URL may not have a user, a query or a fragment' }];
  }
  if (!url.port && !KNOWN_PORTS.includes(url.protocol)) {
    const message = `${quoted(shown(written))} must begin with \`http://\` or \`https://\`, or have a port`;
    return [{ ...at, message }];
  }
  return url.hostname ? [] : [{ ...at, message: `${quoted(shown(written))} has no host` }];
}

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** What stands before an `@` may be a password. */
function shown(url: string): string {
  return url.includes('@') ? '…@…' : url;
}

/** Virtual models lead to entries of `models`, by the patterns that those have for names. */
export const VIRTUAL_MODEL_TARGETS: Rule = {
  form: 'virtualModelTargets',
  check: (self) => {
    const models = field(self, 'models');
    if (!Array.isArray(models)) return [];
    const names = new ModelNames(models.map((model) => textField(model, 'name')));
    return entries(field(self, 'virtualModels')).flatMap((virtual, index) =>
      ['weighted', 'failover', 'conditional'].flatMap((strategy) => {
        const targets = entries(field(field(field(virtual, 'routing'), strategy), 'targets'));
        return targets.flatMap((target, at): Violation[] => {
          const model = field(target, 'model');
          if (typeof model !== 'string' || names.cover(model)) return [];
          const path = `virtualModels[${index}].routing.${strategy}.targets[${at}].model`;
          return [{ path, message: `no entry of \`models\` has the name ${quoted(model)}` }];
        });
      }),
    );
  },
};

/** Names of models, looked up by their length and not one by one: a file may have very many. */
class ModelNames {
  readonly #exact = new Set<string>();
  readonly #beginnings = new Map<number, Set<string>>();
  readonly #ends = new Map<number, Set<string>>();

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (pattern.endsWith('*')) add(this.#beginnings, pattern.slice(0, -1));
      else if (pattern.startsWith('*')) add(this.#ends, pattern.slice(1));
      else this.#exact.add(pattern);
    }
  }

  cover(model: string): boolean {
    if (this.#exact.has(model)) return true;
    for (const [length, texts] of this.#beginnings) {
      if (length <= model.length && texts.has(model.slice(0, length))) return true;
    }
    for (const [length, texts] of this.#ends) {
      if (length <= model.length && texts.has(model.slice(model.length - length))) return true;
    }
    return false;
  }
}

function add(texts: Map<number, Set<string>>, text: string): void {
  const known = texts.get(text.length);
  if (known) known.add(text);
  else texts.set(text.length, new Set([text]));
}
