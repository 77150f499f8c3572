// The verdict on structure by the facts (as the API server decodes strictly: unknown fields are refused), and ways to break it.
import { createRequire } from 'node:module';
import { completed } from './facts.mjs';
import { violations } from './oracle.mjs';

const require = createRequire(import.meta.url);
const Ajv = require('ajv').default;
const ajv = new Ajv({ strict: false, logger: false, unicodeRegExp: true });
ajv.addFormat('int32', { type: 'number', validate: (value) => value >= -(2 ** 31) && value < 2 ** 31 });
ajv.addFormat('int64', { type: 'number', validate: () => true });
ajv.addFormat('uri', (text) => /^(\/|[A-Za-z][A-Za-z0-9+.-]*:)[^\u0000-\u0020\u007f]*$/.test(text));
ajv.addFormat('date-time', true);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A structural schema as JSON Schema: what it does not name is refused. */
function strict(node) {
  const { oneOf, anyOf, items, properties, additionalProperties, ...rest } = node;
  if (node['x-kubernetes-int-or-string']) return { ...rest, anyOf: [{ type: 'integer' }, { type: 'string' }] };
  const open = node['x-kubernetes-preserve-unknown-fields'] || node['x-kubernetes-embedded-resource'];
  const known = properties && Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, strict(part)]));
  return {
    ...rest,
    ...(items && { items: strict(items) }),
    ...(known && { properties: known }),
    ...(isObject(additionalProperties) && { additionalProperties: strict(additionalProperties) }),
    ...(node.type === 'object' && !additionalProperties && !open && { additionalProperties: false }),
  };
}

const compiled = new Map();

/** What is wrong with a spec, or nothing: structure first, since rules are not asked about what has none. */
export function complaint(kind, spec) {
  if (!compiled.has(kind)) compiled.set(kind, ajv.compile(strict(kind.spec)));
  const whole = completed(kind.spec, spec);
  const structure = compiled.get(kind);
  if (!structure(whole)) {
    const [{ instancePath, message }] = structure.errors;
    return `${instancePath} ${message}`;
  }
  const [violation] = violations(kind.spec, spec);
  return violation && `${violation.path} ${violation.rule}`;
}

// ---------------------------------------------------------------- ways to break it

/** Any place in a value, as its path, with the schema that holds there. */
function* parts(schema, value, path = []) {
  yield { schema, value, path };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* parts(schema?.items, item, [...path, index]);
  } else if (isObject(value)) {
    for (const [name, part] of Object.entries(value)) {
      const { properties = {}, additionalProperties } = schema ?? {};
      yield* parts(Object.hasOwn(properties, name) ? properties[name] : additionalProperties, part, [...path, name]);
    }
  }
}

const STRANGE = [null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 40, '', 'a', ' ', 'A b', 'é', '\u0000', '${x}', '1', 'true', [], [null], ['a'], [[]], {}, { a: null }, { a: 1 }];

const WAYS = {
  replace: (random) => random.pick(STRANGE),
  remove: () => undefined,
  unknown: (random, { value }) => isObject(value) && { ...value, [random.pick(['unheardOf', 'Name', '__proto__', 'constructor'])]: random.pick(STRANGE) },
  addNull: (random, { value, schema }) => {
    const names = Object.keys(schema?.properties ?? {});
    return isObject(value) && names.length > 0 && { ...value, [random.pick(names)]: null };
  },
  long: (_random, { value, schema }) => typeof value === 'string' && 'a'.repeat((schema?.maxLength ?? 9) + 1),
  wide: (_random, { value, schema }) => typeof value === 'string' && '𝒶'.repeat(schema?.maxLength ?? 9),
  respelt: (random, { value }) => typeof value === 'string' && random.pick([value.toLowerCase(), value.toUpperCase(), `${value} `, ` ${value}`, `${value}\n`, `${value}é`]),
  shifted: (random, { value, schema }) =>
    typeof value === 'number' && random.pick([(schema?.maximum ?? 9) + 1, (schema?.minimum ?? 1) - 1, schema?.maximum ?? 1, schema?.minimum ?? 1, value + 0.5, String(value)]),
  grown: (_random, { value, schema }) => Array.isArray(value) && value.length > 0 && Array.from({ length: (schema?.maxItems ?? 16) + 1 }, (_, at) => value[at % value.length]),
  twin: (_random, { value }) => Array.isArray(value) && value.length > 0 && [...value, value[0]],
  emptied: (_random, { value }) => (Array.isArray(value) ? [] : isObject(value) && {}),
  crowded: (_random, { value, schema }) =>
    isObject(value) && isObject(schema?.additionalProperties) &&
    Object.fromEntries(Array.from({ length: (schema.maxProperties ?? 64) + 1 }, (_, at) => [`k${at}`, Object.values(value)[0] ?? 'a'])),
};

/** The value with one of its parts broken in one of the ways; nothing where that way does not apply. */
export function broken(kind, spec, random) {
  const part = random.pick([...parts(kind.spec, spec)]);
  const way = random.pick(Object.keys(WAYS));
  const changed = WAYS[way](random, part);
  if (changed === false || (changed === undefined && part.path.length === 0)) return undefined;
  return { way, spec: placed(spec, part.path, changed) };
}

function placed(value, [step, ...rest], changed) {
  if (step === undefined) return changed;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const part = placed(value[step], rest, changed);
  if (part !== undefined) Object.defineProperty(copy, step, { value: part, enumerable: true, writable: true, configurable: true });
  else if (Array.isArray(copy)) copy.splice(step, 1);
  else delete copy[step];
  return copy;
}
