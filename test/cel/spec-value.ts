import * as types from '../../lib/cel/cel-type';
import { type CelType, showType } from '../../lib/cel/cel-type';
import { EntryMap } from '../../lib/cel/entry-map';
import {
  parseDuration,
  parseTimestamp,
  showDuration,
  showTimestamp,
} from '../../lib/cel/std/time-value';
import {
  adopt,
  type CelValue,
  Duration,
  double,
  int,
  isDouble,
  isInt,
  isMap,
  keysOf,
  lookup,
  numberOf,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
} from '../../lib/cel/value';

/** A value of the conformance data: protobuf's JSON of cel.expr.Value. */
type SpecValue = object;
/** A type of the conformance data: protobuf's JSON of cel.expr.Type. */
type SpecType = Readonly<Record<string, never>>;

export interface SpecTest {
  readonly name: string;
  readonly expr: string;
  readonly container?: string;
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  readonly typeEnv?: readonly {
    readonly name: string;
    readonly ident?: { readonly type: SpecType };
  }[];
  readonly bindings?: Readonly<Record<string, { readonly value: SpecValue }>>;
  readonly value?: SpecValue;
  readonly typedResult?: { readonly result?: SpecValue; readonly deducedType?: SpecType };
  readonly evalError?: object;
}

const MESSAGE_LITERAL = /\b[A-Z]\w*\s*\{/;
const MESSAGE =
  /TestAllTypes|GlobalEnum|google\.protobuf\.(?!Timestamp|Duration)|messageType|wrapper|cel\.expr\.conformance/;

/** Whether a test speaks of protobuf's messages, of which this engine has none. */
export function needsProtobuf(test: SpecTest): boolean {
  if (MESSAGE_LITERAL.test(test.expr)) return true;
  return MESSAGE.test(JSON.stringify({ ...test, name: '', description: '', container: '' }));
}

export function fromSpec(spec: SpecValue): CelValue {
  const [[kind, value]] = Object.entries(spec) as [string, unknown][];
  switch (kind) {
    case 'int64Value':
      return int(BigInt(value as string)) as CelValue;
    case 'uint64Value':
      return new Uint(BigInt(value as string));
    case 'doubleValue':
      return double(Number(value));
    case 'bytesValue':
      return Buffer.from(value as string, 'base64');
    case 'typeValue':
      return new TypeValue(value as string);
    case 'listValue':
      return ((value as { values?: SpecValue[] }).values ?? []).map(fromSpec);
    case 'mapValue':
      return mapOf((value as { entries?: { key: SpecValue; value: SpecValue }[] }).entries ?? []);
    case 'objectValue':
      return wellKnown(value as Record<string, string>);
    default:
      return value as CelValue;
  }
}

function mapOf(entries: readonly { key: SpecValue; value: SpecValue }[]): CelValue {
  const made = new EntryMap();
  for (const { key, value } of entries) made.add(fromSpec(key), fromSpec(value));
  return made;
}

function wellKnown(message: Record<string, string>): CelValue {
  const parse = message['@type'].endsWith('Timestamp') ? parseTimestamp : parseDuration;
  return parse(message.value) as CelValue;
}

/** A value as text that tells types apart. */
export function shown(value: unknown): string {
  if (isInt(value)) return `int ${value}`;
  if (isDouble(value)) return `double ${Object.is(numberOf(value), -0) ? 0 : numberOf(value)}`;
  if (value instanceof Uint) return `uint ${value.value}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Timestamp) return `timestamp ${showTimestamp(value)}`;
  if (value instanceof Duration) return `duration ${showDuration(value)}`;
  if (value instanceof TypeValue) return `type ${value.name}`;
  if (value instanceof Optional)
    return `optional ${value.value === undefined ? '' : shown(value.value)}`;
  if (Array.isArray(value)) return `[${value.map((entry) => shown(adopt(entry))).join(', ')}]`;
  if (isMap(value)) {
    const entries = keysOf(value).map(
      (key) => `${shown(key)}: ${shown(adopt(lookup(value, key)))}`,
    );
    return `{${entries.sort().join(', ')}}`;
  }
  return JSON.stringify(value);
}

const PRIMITIVES: Readonly<Record<string, CelType>> = {
  BOOL: types.BOOL,
  INT64: types.INT,
  UINT64: types.UINT,
  DOUBLE: types.DOUBLE,
  STRING: types.STRING,
  BYTES: types.BYTES,
  TIMESTAMP: types.TIMESTAMP,
  DURATION: types.DURATION,
};

export function typeOf(spec: SpecType): CelType {
  const [[kind, value]] = Object.entries(spec) as [string, never][];
  const part = (name: string) => (value[name] ? typeOf(value[name]) : types.DYN);
  switch (kind) {
    case 'primitive':
    case 'wellKnown':
      return PRIMITIVES[value] ?? types.DYN;
    case 'null':
      return types.NULL;
    case 'listType':
      return types.list(part('elemType'));
    case 'mapType':
      return types.map(part('keyType'), part('valueType'));
    case 'type':
      return types.typeOfType(typeOf(value));
    case 'abstractType':
      return types.optional(types.DYN);
    default:
      return types.DYN;
  }
}

export function shownType(type: CelType): string {
  return showType(type);
}

/** The variables that a test declares or binds. */
export function declaredTypes({ typeEnv = [], bindings = {} }: SpecTest): Record<string, CelType> {
  return {
    ...Object.fromEntries(Object.keys(bindings).map((name) => [name, types.DYN])),
    ...Object.fromEntries(
      typeEnv.filter(({ ident }) => ident).map(({ name, ident }) => [name, typeOf(ident!.type)]),
    ),
  };
}
