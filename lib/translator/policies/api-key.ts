import { isObject, type JsonObject, quoted } from '../../schema/json';
import type { ApiKeyEntry, ApiKeyPolicy, AuthorizationLocation } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, compare, type KubeObject, nameOf } from '../objects';
import { configMapEntries, type DataEntry, secretEntries } from '../secrets';

/** Names the entries of a Secret that is not in the input, so that each becomes a variable of the environment. */
export const ENTRIES_ANNOTATION = 'cdk8s-agentgateway/entries';

const MODES = { Strict: 'strict', Optional: 'optional', Permissive: 'permissive' } as const;
const KEY_HASH = /^sha256:[0-9a-f]{64}$/i;

/**
 * Keys come from all entries of a Secret, of Secrets by label, or of ConfigMaps, which may hold hashes only. The mode is
 * always written: the defaults of cluster and file are opposite.
 */
export function translateApiKey(
  authentication: Fields,
  policy: KubeObject,
  context: Context,
): ApiKeyPolicy {
  authentication.refuseOthers(
    ['mode', 'location', 'secretRef', 'secretSelector', 'configMapSelector'],
    'API key authentication',
    'remove it, or run this with agentgateway',
  );
  const mode = authentication.choice('mode', ['Strict', 'Optional', 'Permissive']) ?? 'Strict';
  const location = translateLocation(authentication.fields('location'));
  const keys = new KeyReader(authentication, policy, context).read();
  return { mode: MODES[mode], ...(location && { location }), keys };
}

export function translateLocation(location: Fields | undefined): AuthorizationLocation | undefined {
  if (!location) return undefined;
  const header = location.fields('header');
  const prefix = header?.text('prefix');
  if (header) return { header: { name: nameAt(header), ...(prefix && { prefix }) } };
  const query = location.fields('queryParameter');
  if (query) return { queryParameter: { name: nameAt(query) } };
  const cookie = location.fields('cookie');
  if (cookie) return { cookie: { name: nameAt(cookie) } };
  const expression = location.text('expression');
  if (expression !== undefined) return { expression };
  location.findings.error(
    'Required',
    location.path,
    'a location is one of `header`, `queryParameter`, `cookie` and `expression`',
  );
  return undefined;
}

function nameAt(place: Fields): string {
  const name = place.text('name') ?? '';
  if (!name) place.findings.error('Required', place.at('name'), 'a location needs a name');
  return name;
}

class KeyReader {
  readonly #seen = new Map<string, string>();

  constructor(
    private readonly authentication: Fields,
    private readonly policy: KubeObject,
    private readonly context: Context,
  ) {}

  read(): ApiKeyEntry[] {
    const { authentication } = this;
    const reference = authentication.fields('secretRef');
    if (reference) return this.#fromReference(reference);
    const secrets = authentication.fields('secretSelector');
    if (secrets) return this.#fromSelector(secrets, 'Secret');
    const configMaps = authentication.fields('configMapSelector');
    if (configMaps) return this.#fromSelector(configMaps, 'ConfigMap');
    authentication.findings.error(
      'Required',
      authentication.path,
      'the policy does not say where its keys are',
      'write `secretRef`, `secretSelector` or `configMapSelector`',
    );
    return [];
  }

  #fromReference(reference: Fields): ApiKeyEntry[] {
    const name = reference.text('name') ?? '';
    const group = reference.text('group') ?? CORE;
    const kind = reference.text('kind') ?? 'Secret';
    if (group !== CORE || kind !== 'Secret') {
      reference.findings.error(
        'InvalidKind',
        reference.path,
        `agentgateway reads keys from Secrets, not from ${quoted(`${group}/${kind}`)}`,
        'write the name of a Secret',
      );
      return [];
    }
    const secret = this.context.objects.find(CORE, 'Secret', this.policy.key.namespace, name);
    return secret ? this.#fromSecret(secret) : this.#fromEnvironment(reference, name);
  }

  #fromEnvironment(reference: Fields, name: string): ApiKeyEntry[] {
    const entries = (this.policy.annotations.get(ENTRIES_ANNOTATION) ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
    if (entries.length > 0) return this.#variables(name, entries);
    reference.findings.warning(
      'SecretNotFound',
      reference.path,
      `Secret ${quoted(`${this.policy.key.namespace}/${name}`)} is not in the input, so no key is known and no caller is recognized`,
      `add the Secret, or name its entries in annotation \`${ENTRIES_ANNOTATION}: alice,bob\` to read each from the environment`,
    );
    return [];
  }

  #variables(secret: string, entries: readonly string[]): ApiKeyEntry[] {
    const { namespace } = this.policy.key;
    return [...new Set(entries)]
      .map((entry) => this.context.variables.variable({ namespace, secret, entry }))
      .sort((a, b) => compare(a.name, b.name))
      .map((key) => ({ key }));
  }

  #fromSelector(selector: Fields, kind: 'Secret' | 'ConfigMap'): ApiKeyEntry[] {
    const { namespace } = this.policy.key;
    const found = this.context.objects.selected(CORE, kind, namespace, selector);
    if (found.length === 0) {
      selector.findings.warning(
        'SecretNotFound',
        selector.path,
        `no ${kind} of namespace ${quoted(namespace)} in the input has these labels, so no key is known and no caller is recognized`,
        kind === 'Secret'
          ? 'add the Secrets to the input; only those of a `secretRef` can be read from the environment'
          : 'add the ConfigMaps to the input',
      );
    }
    return found.flatMap((object) =>
      kind === 'Secret' ? this.#fromSecret(object) : this.#fromConfigMap(object),
    );
  }

  #fromSecret(secret: KubeObject): ApiKeyEntry[] {
    const entries = secretEntries(secret);
    if (entries.length === 0) this.#reportEmpty(secret);
    return entries.flatMap((entry) => this.#key(secret, entry) ?? []);
  }

  #fromConfigMap(configMap: KubeObject): ApiKeyEntry[] {
    const entries = configMapEntries(configMap);
    if (entries.length === 0) this.#reportEmpty(configMap);
    return entries.flatMap((entry) => {
      const key = this.#key(configMap, entry);
      if (!key?.key) return key ?? [];
      this.#reject(configMap, entry, 'a ConfigMap may hold hashes only, not keys', HASH_HINT);
      return [];
    });
  }

  #reportEmpty(object: KubeObject): void {
    object.findings.warning(
      'NoKeys',
      'data',
      `${object.key.kind} ${quoted(nameOf(object.key))} has no entries, so it lets nobody in`,
      'add one entry for each caller',
    );
  }

  // ---------------------------------------------------------------- one entry

  /** Raw unless it begins as JSON does, and never trimmed: a cluster does not trim it either. */
  #key(object: KubeObject, entry: DataEntry): ApiKeyEntry | undefined {
    const { text } = entry;
    if (text === '') {
      return this.#reject(object, entry, 'the entry is empty', 'write the key, or remove it');
    }
    if (text.trimStart().startsWith('{')) return this.#structured(object, entry);
    if (/[\r\n]$/.test(text)) {
      object.findings.warning(
        'KeyEndsWithNewline',
        entry.path,
        'the key ends with a line break, which becomes a part of it, so that no client can send it',
        "encode it without one: `printf %s 'the-key' | base64`",
      );
    }
    return this.#distinct(object, entry, text, { key: text });
  }

  #structured(object: KubeObject, entry: DataEntry): ApiKeyEntry | undefined {
    const parsed = parseJson(entry.text);
    if (!parsed) {
      return this.#reject(object, entry, 'the entry begins like JSON but is not', JSON_HINT);
    }
    const { key, keyHash, metadata } = parsed;
    if ((typeof key === 'string') === (typeof keyHash === 'string') || key === '') {
      const problem = 'the entry needs exactly one of `key` and `keyHash`, as a string';
      return this.#reject(object, entry, problem, JSON_HINT);
    }
    const described = metadata === undefined || metadata === null ? {} : { metadata };
    if (typeof key === 'string') {
      return this.#distinct(object, entry, key, { key, ...described });
    }
    if (typeof keyHash !== 'string' || !KEY_HASH.test(keyHash)) {
      return this.#reject(object, entry, '`keyHash` is not a hash', HASH_HINT);
    }
    return this.#distinct(object, entry, keyHash.toLowerCase(), { keyHash, ...described });
  }

  #distinct(
    object: KubeObject,
    { path }: DataEntry,
    identity: string,
    key: ApiKeyEntry,
  ): ApiKeyEntry | undefined {
    const place = `${object.key.kind} ${nameOf(object.key)} ${path}`;
    const first = this.#seen.get(identity);
    if (first === undefined) {
      this.#seen.set(identity, place);
      return key;
    }
    object.findings.warning(
      'Duplicate',
      path,
      `holds the same key as ${first}, so that both are one caller`,
      'give each caller a key of its own',
    );
    return undefined;
  }

  #reject({ findings }: KubeObject, { path }: DataEntry, problem: string, hint: string): undefined {
    findings.warning('InvalidKey', path, `${problem}, so it lets nobody in`, hint);
    return undefined;
  }
}

const JSON_HINT = 'write `{"key": "…", "metadata": {"name": "alice"}}`';
const HASH_HINT = 'write `{"keyHash": "sha256:…"}` with the 64 hexadecimal digits of the key';

function parseJson(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
