import { describe, expect, it } from 'vitest';
import { check } from '../../lib/schema/check';
import { KINDS } from '../../lib/schema/kinds';
import { type Kind, resolver, type Schema } from '../../lib/schema/schema';
import { translate } from '../../lib/translator/translate';

const SCENE: readonly { readonly kind: string; readonly [field: string]: unknown }[] = [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      gatewayClassName: 'agentgateway',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'edge' }],
      rules: [
        {
          backendRefs: ['sample', 'models'].map((name) => ({
            group: 'agentgateway.dev',
            kind: 'AgentgatewayBackend',
            name,
          })),
        },
      ],
    },
  },
  {
    apiVersion: 'agentgateway.dev/v1alpha1',
    kind: 'AgentgatewayBackend',
    metadata: { name: 'sample', namespace: 'shop' },
    spec: { static: { host: 'cart.example.com', port: 8080 } },
  },
  {
    apiVersion: 'agentgateway.dev/v1alpha1',
    kind: 'AgentgatewayBackend',
    metadata: { name: 'models', namespace: 'shop' },
    spec: { ai: { provider: { openai: {} } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'shop' },
    stringData: { alice: 'demo-key-of-alice' },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'hashes', namespace: 'shop' },
    data: { bob: `{"keyHash": "sha256:${'0'.repeat(64)}"}` },
  },
];

/** In the place of a name: the entry of a list, the value of a map. */
const ENTRY = '[0]';
const VALUE = 'sample';

const TEXTS = [
  ...['sample', 'Sample', '7s', '1h', '64Ki', '/sample', '{}', '"sample"', '1.2', '8080', 'GET'],
  ...[
    'https://sample.example.com',
    'https://sample.example.com/a',
    'arn:aws:iam::000000000000:role/a',
  ],
];

/** What fields need beside them to mean anything: those `of` whatever has a field named `among`. */
const COMPANY: readonly {
  readonly among: string;
  readonly of: readonly string[];
  readonly beside: object;
}[] = [
  {
    among: 'openai',
    of: ['name', 'host', 'port', 'path', 'pathPrefix', 'policies'],
    beside: { openai: {}, host: 'sample', port: 80 },
  },
  {
    among: 'deploymentName',
    of: ['deploymentName', 'apiVersion'],
    beside: { endpoint: 'sample.openai.azure.com' },
  },
  {
    among: 'failureMode',
    of: ['failureMode'],
    beside: { url: 'https://sample.example.com' },
  },
  { among: 'passthrough', of: ['location'], beside: { key: 'sample' } },
  { among: 'location', of: ['secretRef'], beside: { location: { header: { name: 'sample' } } } },
];

type Place = readonly string[];

class Fields {
  readonly translated: string[] = [];
  readonly refused: string[] = [];
  readonly dropped: string[] = [];
  readonly #resolve: (schema: Schema) => Schema;

  constructor(
    private readonly kind: Kind,
    private readonly beside: object,
  ) {
    this.#resolve = resolver(kind.definitions);
  }

  walk(place: Place): void {
    const schema = this.#at(place);
    const [example] = this.#examples(schema);
    if (this.#refuses(place, example)) {
      this.refused.push(shown(place));
      return;
    }
    const parts = this.#parts(schema);
    for (const part of parts) this.walk([...place, part]);
    if (parts.length === 0) this.#judge(place, schema);
  }

  /** A field is translated when what becomes of the object depends on it. */
  #judge(place: Place, schema: Schema): void {
    const without = this.#outcome(place, undefined);
    const matters = this.#examples(schema).some(
      (example) => this.#outcome(place, example) !== without,
    );
    (matters ? this.translated : this.dropped).push(shown(place));
  }

  #parts(reference: Schema): string[] {
    const { properties, items, additionalProperties } = this.#resolve(reference);
    if (properties) return Object.keys(properties);
    if (items && this.#resolve(items).type === 'object') return [ENTRY];
    return additionalProperties ? [VALUE] : [];
  }

  #at(place: Place): Schema {
    return place.reduce<Schema>((reference, step) => {
      const { properties, items, additionalProperties } = this.#resolve(reference);
      return properties?.[step] ?? items ?? additionalProperties!;
    }, this.kind.spec);
  }

  // ---------------------------------------------------------------- objects

  #refuses(place: Place, example: unknown): boolean {
    return translate(this.#objects(place, example)).diagnostics.some(
      ({ code, path }) => code === 'Unsupported' && path === shown(place),
    );
  }

  #outcome(place: Place, example: unknown): string {
    const { gateways, diagnostics } = translate(this.#objects(place, example));
    return JSON.stringify([gateways.map(({ document }) => document), diagnostics]);
  }

  #objects(place: Place, example: unknown): unknown[] {
    const spec = { ...this.beside, ...(this.#built(this.kind.spec, place, example) as object) };
    const object = {
      apiVersion: `${this.kind.group}/${this.kind.versions[0]}`,
      kind: this.kind.kind,
      metadata: { name: 'sample', namespace: 'shop' },
      spec,
    };
    return [...SCENE.filter(({ kind }) => kind !== this.kind.kind), object];
  }

  /** The smallest value with the example at that place. */
  #built(reference: Schema, [step, ...rest]: Place, example: unknown): unknown {
    if (step === undefined) return example;
    const schema = this.#resolve(reference);
    if (step === ENTRY) return [this.#built(schema.items!, rest, example)];
    const { properties, additionalProperties } = schema;
    const part = this.#built(properties?.[step] ?? additionalProperties!, rest, example);
    const { [step]: _, ...others } = { ...this.#required(schema), ...company(schema, step) };
    return part === undefined ? others : { ...others, [step]: part };
  }

  #required({ required = [], properties = {} }: Schema): Record<string, unknown> {
    return Object.fromEntries(required.map((name) => [name, this.#examples(properties[name]!)[0]]));
  }

  #examples(reference: Schema): unknown[] {
    const schema = this.#resolve(reference);
    if (schema.enum) return [...schema.enum];
    if (schema.type === 'boolean') return [true, false];
    if (schema.type === 'integer') return [(schema.minimum ?? 0) + 1, (schema.minimum ?? 0) + 2];
    if (schema.type === 'array') return this.#examples(schema.items!).map((entry) => [entry]);
    if (schema.type === 'object' && !schema.additionalProperties) return [this.#required(schema)];
    if (schema.type === 'object')
      return [{ [VALUE]: this.#examples(schema.additionalProperties!)[0] }];
    return TEXTS.filter((text) => check(schema, text, this.#resolve).length === 0);
  }
}

function company({ properties = {} }: Schema, step: string): Record<string, unknown> {
  const found = COMPANY.find(({ among, of }) => among in properties && of.includes(step));
  return { ...found?.beside };
}

function shown(place: Place): string {
  return `spec.${place.join('.')}`.replaceAll(`.${ENTRY}`, ENTRY);
}

function fieldsOf(name: string, places: readonly string[], beside: object): Fields {
  const fields = new Fields(KINDS.find(({ kind }) => kind === name)!, beside);
  for (const place of places) fields.walk([place]);
  return fields;
}

const ROUTE = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'cart' };
const POLICY = fieldsOf('AgentgatewayPolicy', ['traffic', 'frontend', 'backend'], {
  targetRefs: [ROUTE],
});
const BACKEND_SPEC = KINDS.find(({ kind }) => kind === 'AgentgatewayBackend')!.spec;
const VARIANTS = Object.keys(BACKEND_SPEC.properties!).filter((name) => name !== 'policies');
const BACKEND = fieldsOf('AgentgatewayBackend', VARIANTS, {});
const HOST = fieldsOf('AgentgatewayBackend', ['policies'], {
  static: { host: 'sample', port: 80 },
});
const LANGUAGE_MODELS = fieldsOf('AgentgatewayBackend', ['policies'], {
  ai: { provider: { openai: {} } },
});

describe.each([
  ['AgentgatewayPolicy', POLICY],
  ['AgentgatewayBackend', BACKEND],
  ['AgentgatewayBackend with a host', HOST],
  ['AgentgatewayBackend with language models', LANGUAGE_MODELS],
])('every field of %s', (_, fields) => {
  it('is translated or refused, and never passed over', () => {
    expect(fields.dropped).toEqual([]);
  });

  it('that is translated or refused is known here, so that neither happens unseen', () => {
    expect({ translated: fields.translated, refused: fields.refused }).toMatchSnapshot();
  });
});
