import type { JsonType } from './json';
import type { Rule } from './rule';

/**
 * A statement about a value, in JSON Schema's words and those that Kubernetes adds to them. Kept plain, so that one
 * statement serves the validator, the L1 types, the CRDs and the documentation.
 */
export interface Schema {
  /** `#/$defs/Name`. Keywords beside it add to the definition or replace its own. */
  readonly $ref?: string;
  readonly type?: JsonType;
  readonly description?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;

  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** The values of a map. */
  readonly additionalProperties?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** Anything may stand here; what `properties` names is checked nevertheless. */
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-map-type'?: 'atomic';

  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];

  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  /** What `pattern` asks for, in words that complete "must be …". */
  readonly patternMeans?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: 'int32' | 'int64' | 'date-time' | 'uri';
  readonly 'x-kubernetes-int-or-string'?: true;

  /** The first alternative of the value's own type is the one that it must meet. */
  readonly anyOf?: readonly Schema[];

  readonly rules?: readonly Rule[];
  /** Still read by upstream, and what to write instead: a warning. */
  readonly deprecated?: string;
  /** Known to the experimental channel of Gateway API only. */
  readonly experimental?: true;
  /** What the experimental channel states in place of the keywords here. */
  readonly inExperimental?: Schema;
  /** Values that only the experimental channel has. */
  readonly experimentalValues?: readonly string[];
  /** The value never appears in a message. */
  readonly sensitive?: true;
  /** The value is a regular expression of agentgateway: always, or where the `type` beside it says so. */
  readonly regularExpression?: 'always' | 'byType';
  /** What agentgateway reads and the reference gateway does not run: what to write instead, or an empty string. */
  readonly notRun?: string;
  /** The values of the enum that the reference gateway does not run. */
  readonly notRunValues?: readonly (string | number)[];
  /** Fields that may be left out, but not where the reference gateway is to run it. */
  readonly neededToRun?: readonly string[];
  /** What agentgateway's parser reads although its published schema does not have it. */
  readonly parserOnly?: true;
}

export type Definitions = Readonly<Record<string, Schema>>;

/** One kind of the API. */
export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  /** Those that are served; the preferred one first. */
  readonly versions: readonly string[];
  /** In which objects are stored. @default - the preferred one */
  readonly storage?: string;
  /** Versions that the standard channel no longer serves. */
  readonly formerVersions?: readonly FormerVersion[];
  /** Whether the API server keeps a status of it. */
  readonly status: boolean;
  readonly description: string;
  readonly spec: Schema;
  readonly definitions: Definitions;
}

/** A version that only the experimental channel of Gateway API still serves, with a warning. */
export interface FormerVersion {
  readonly name: string;
  /** @default - as in the served versions */
  readonly spec?: Schema;
}

const REFERENCE = '#/$defs/';

/** The statement with its `$ref` written out; looked up once per place. */
export function resolver(definitions: Definitions): (schema: Schema) => Schema {
  const resolved = new Map<Schema, Schema>();
  return function resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema;
    const known = resolved.get(schema);
    if (known) return known;
    const merged = merge(resolve(definition(definitions, schema.$ref)), schema);
    resolved.set(schema, merged);
    return merged;
  };
}

export function definitionName(reference: string): string {
  return reference.slice(REFERENCE.length);
}

function definition(definitions: Definitions, reference: string): Schema {
  const found = definitions[definitionName(reference)];
  if (!found) throw new Error(`the statement refers to ${reference}, which nothing defines`);
  return found;
}

function merge(base: Schema, { $ref: _, ...beside }: Schema): Schema {
  if (!base.rules || !beside.rules) return { ...base, ...beside };
  return { ...base, ...beside, rules: [...base.rules, ...beside.rules] };
}
