// What an API server says about a spec by the facts: each rule's own CEL, run by @bufbuild/cel. What Kubernetes adds to the
// language is stated here again, apart from the project's own engine, so that the two are independent of each other.
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { isTransition, rulesAt, withDefaults } from './facts.mjs';

const require = createRequire(import.meta.url);
const { celEnv, celFunc, celList, celMap, celMethod, CelScalar, isCelError, listType, mapType, parse, plan } =
  require('@bufbuild/cel');
const strings = require('@bufbuild/cel/ext').strings;

const { BOOL, DYN, INT, STRING } = CelScalar;

// ---------------------------------------------------------------- what Kubernetes adds

/** Values of types that the language has no name for travel as maps with a mark. */
const QUANTITY = '\u0000quantity';
const URL_VALUE = '\u0000url';
const marked = (mark, value) => celMap(new Map([[mark, value]]));
const MAP = mapType(STRING, DYN);

const SUFFIXES = {
  n: [1n, 1_000_000_000n], u: [1n, 1_000_000n], m: [1n, 1000n], '': [1n, 1n],
  k: [1000n, 1n], M: [1000n ** 2n, 1n], G: [1000n ** 3n, 1n], T: [1000n ** 4n, 1n], P: [1000n ** 5n, 1n], E: [1000n ** 6n, 1n],
  Ki: [1024n, 1n], Mi: [1024n ** 2n, 1n], Gi: [1024n ** 3n, 1n], Ti: [1024n ** 4n, 1n], Pi: [1024n ** 5n, 1n], Ei: [1024n ** 6n, 1n],
};

/** In thousand-millionths, rounded up, as Kubernetes counts. */
function nanos(text) {
  const parts = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]+))?$/.exec(text);
  if (!parts || !(parts[2] || parts[3])) throw new Error(`no quantity: ${text}`);
  const [, sign, whole, fraction = '', suffix = '', exponent = '0'] = parts;
  const [times, by] = SUFFIXES[suffix];
  let over = BigInt(whole + fraction || '0') * times * 1_000_000_000n;
  let under = by * 10n ** BigInt(fraction.length);
  if (Number(exponent) >= 0) over *= 10n ** BigInt(exponent);
  else under *= 10n ** BigInt(-exponent);
  const amount = (over + under - 1n) / under;
  return sign === '-' ? -amount : amount;
}

function parsedUrl(text) {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text);
  if (!parts && text.startsWith('/')) return { scheme: '', host: '', hostname: '' };
  if (!parts || /[\u0000-\u0020\u007f]/.test(text)) return undefined;
  const host = parts[2].slice(parts[2].lastIndexOf('@') + 1);
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(:[0-9]*)?$/.exec(host) ?? [];
  if (name === undefined || /%(?![0-9A-Fa-f]{2})/.test(parts[3])) return undefined;
  return { scheme: parts[1].toLowerCase(), host, hostname: name.replace(/^\[|\]$/g, ''), port };
}

const failing = (message) => {
  throw new Error(message);
};
const compare = (test) =>
  function compared(other) {
    return test(this.get(QUANTITY), other.get(QUANTITY));
  };
const urlPart = (name) =>
  function part() {
    return this.get(URL_VALUE).get(name);
  };

const KUBERNETES = [
  celFunc('quantity', [STRING], MAP, (text) => marked(QUANTITY, nanos(text))),
  celMethod('isLessThan', MAP, [MAP], BOOL, compare((one, other) => one < other)),
  celMethod('isGreaterThan', MAP, [MAP], BOOL, compare((one, other) => one > other)),
  celFunc('isURL', [STRING], BOOL, (text) => parsedUrl(text) !== undefined),
  celFunc('url', [STRING], MAP, (text) => {
    const url = parsedUrl(text) ?? failing(`no URL: ${text}`);
    return marked(URL_VALUE, celMap(new Map(Object.entries({ scheme: url.scheme, hostname: url.hostname }))));
  }),
  celMethod('getScheme', MAP, [], STRING, urlPart('scheme')),
  celMethod('getHostname', MAP, [], STRING, urlPart('hostname')),
  celFunc('isIP', [STRING], BOOL, (text) => isIP(text) !== 0 && !text.includes('%')),
];

const env = celEnv({ funcs: [...strings, ...KUBERNETES], variables: { self: DYN } });
const programs = new Map();

function program(rule) {
  if (!programs.has(rule)) programs.set(rule, plan(env, parse(rule)));
  return programs.get(rule);
}

/** Anything but true refuses the object: false, and an evaluation that fails. */
function holds(rule, self) {
  const result = program(rule)({ self });
  return !isCelError(result) && result === true;
}

// ---------------------------------------------------------------- values

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** Field names that the grammar has no room for are written otherwise in rules. */
function escaped(name) {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[.\-/]/g, (part) => ({ __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' })[part]);
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;
const below = (name) => (IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every rule that a value violates once it is completed: `[{path, schema, rule}]`; the innermost first. */
export function violations(schema, value, path = 'spec') {
  return partOf(schema, value).found.map((one) => ({ ...one, path: `${path}${one.path}` }));
}

/** Whether a value violates this rule at its own place. */
export function violates(schema, value, rule) {
  return !holds(rule, partOf(schema, value).self);
}

/** Parts stay what they are when other parts of their object change. */
const known = new WeakMap();

function partOf(schema, value) {
  if (typeof value !== 'object' || value === null) return new Part(schema, value, scalar(schema, value), []);
  const before = known.get(value);
  if (before?.schema === schema) return before;
  const made = Array.isArray(value) ? listPart(schema, value) : objectPart(schema, value);
  known.set(value, made);
  return made;
}

/** A completed value in JSON and in CEL; what is wrong in it is found when it is first asked. */
class Part {
  #found;

  /** @param flaws - what is wrong with the value itself, apart from rules */
  constructor(schema, plain, self, parts, flaws = []) {
    Object.assign(this, { schema, plain, self, parts, flaws });
  }

  /** By paths below the value. */
  get found() {
    this.#found ??= [
      ...this.parts.flatMap(([path, part]) => part.found.map((one) => ({ ...one, path: `${path}${one.path}` }))),
      ...[...this.flaws, ...brokenRules(this.schema, this.self)].map((rule) => ({ path: '', schema: this.schema, rule })),
    ];
    return this.#found;
  }
}

function brokenRules(schema, self) {
  return rulesAt(schema).filter((rule) => !isTransition(rule) && !holds(rule, self));
}

function scalar(schema, value) {
  return typeof value === 'number' && schema.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function listPart(schema, list) {
  const parts = list.map((item, index) => [`[${index}]`, partOf(schema.items ?? {}, item)]);
  const plain = parts.map(([, part]) => part.plain);
  return new Part(schema, plain, celList(parts.map(([, { self }]) => self)), parts, hasTwins(schema, plain) ? [TWINS] : []);
}

function objectPart(schema, object) {
  const { properties = {}, additionalProperties } = schema;
  const others = isObject(additionalProperties) ? additionalProperties : {};
  const plain = {};
  const self = new Map();
  const parts = [];
  for (const [name, value] of Object.entries(withDefaults(schema, object))) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const part = partOf(property ?? others, value);
    plain[name] = part.plain;
    self.set(property ? escaped(name) : name, part.self);
    parts.push([below(name), part]);
  }
  const flaws = schema.oneOf && !meetsOneOf(schema, plain) ? [ONE_OF] : [];
  return new Part(schema, plain, celMap(self), parts, flaws);
}

// ---------------------------------------------------------------- what is stated beside rules

/** Entries of a set or of a list that is a map, twice. */
export const TWINS = 'x-kubernetes-list-type';
export const ONE_OF = 'oneOf';

function hasTwins(schema, list) {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys && schema['x-kubernetes-list-type'] !== 'set') return false;
  const identities = list.map((entry) => JSON.stringify(keys ? keys.map((key) => entry?.[key] ?? null) : entry));
  return new Set(identities).size < list.length;
}

const Ajv = require('ajv').default;
const ajv = new Ajv({ strict: false, logger: false });
ajv.addFormat('ipv4', (text) => isIP(text) === 4);
ajv.addFormat('ipv6', (text) => isIP(text) === 6);
const choices = new Map();

function meetsOneOf(schema, value) {
  if (!choices.has(schema)) choices.set(schema, ajv.compile({ oneOf: schema.oneOf }));
  return choices.get(schema)(value);
}
