// Specs that are structurally valid by the facts, and changes of them that stay so: whether they are accepted is then up to
// the rules.

/** A seed gives the same objects every time. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (probability) => next() < probability,
    below: (count) => Math.floor(next() * count),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

/** What rules look for, and what is just beside it. */
const TEXTS = [
  '', 'a', 'b', 'c9', 'a-b', 'A', 'Ab', '1', '0', '80', '443', '8080', '65535', '65536', '99999', '-1', 'x'.repeat(40),
  'Secret', 'ConfigMap', 'Service', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet', 'InferencePool', 'AgentgatewayBackend', 'Hostname',
  'IPAddress', 'NamedAddress', 'HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP', 'Exact', 'PathPrefix', 'RegularExpression',
  'gateway.networking.k8s.io', 'agentgateway.dev', 'inference.networking.k8s.io', 'example.com', 'core', 'apps',
  'a.example.com', '*.example.com', '*', '*.', '**', '*a', 'a*', 'a*b', '*a*', 'gpt-*', '*-mini', 'g*t',
  '1.2.3.4', '10.0.0.1', '::1', '2001:db8::1', '1.2.3', '256.1.1.1', '1.2.3.4.5',
  '0s', '0ms', '1ms', '99ms', '100ms', '101ms', '999ms', '1s', '1s1ms', '2s', '59s', '1m', '4m59s', '5m', '299s', '300s', '5m1s', '1h', '1h30m',
  '/', '/a', '/a/b', '//', '/a//b', '/./', '/a/./b', '/../', '/a/..', '/a/.', '/a%2fb', '/a%2Fb', '/a%20b', '/a#b', '/a?b', '/ä', 'a/b', '/a b', '/..', '/.',
  ':authority', ':method', ':path', ':scheme', ':status', ':protocol', ':a', 'x-a', 'X-A', 'authorization',
  'http://a', 'https://a.example.com', 'https://a.example.com:8443', 'https://a.example.com/', 'https://a.example.com/p', 'https://a/p/q', 'http://a:80/p',
  'http://localhost', 'http://localhost:11434/v1', 'HTTP://LOCALHOST/', 'https://x.localhost/v1', 'https://localhost.example.com', 'https://mylocalhost',
  'http://127.0.0.1', 'http://127.0.0.1:80/', 'http://127.1', 'http://127.example.com', 'https://128.0.0.1', 'http://169.254.169.254', 'http://169.254.1.1:80/x',
  'http://169.253.1.1', 'http://[::1]', 'http://[::1]:80/', 'http://[fe80::1]', 'http://[FE80::1]/x', 'http://[fec0::1]', 'http://[2001:db8::1]', 'ftp://a',
  'https://', 'http:///p', 'a.example.com/v1', 'https://*.example.com', 'http://a/%zz', 'https://[::1', 'spiffe://a/b', 'urn:ietf:params:oauth:token-type:id-jag',
  'urn:ietf:params:oauth:token-type:jwt', 'IdJag', 'Jwt', 'v1', '2024-06-01', 'arn:aws:iam::123456789012:role/a',
  '1Ki', '16384', '16383', '16Ki', '1677215', '1677216', '1M', '2M', '1.5', '1k', '4294967295', '4Gi', '65535', '100M', '-5', '1e4', '16384m',
  'example.com/controller', 'System', 'foo.Bar', '.foo', 'a.b', 'a..b', '9a', 'com.example.Service', 'Get', 'a.b.c.D', 'get-it', 'tools/call', 'tools/*', '*/list',
  'us-east-1', 'me@example.com', 'jwt.sub == "a"', 'true', "'x'", 'a=b', 'prefix/name', 'a.b/c_d', `${'p'.repeat(260)}/n`,
];

const KEYS = ['a', 'b-c', 'example.com/a', 'tools/call', '*', 'a*', '*a', 'a*b', '*a*', 'A_b', 'a b', `${'p.'.repeat(130)}p/n`, 'ä'];

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The words, literals and numbers of a rule, and which literals it compares a field with. */
function attention(rule) {
  const names = new Set(rule.match(/[A-Za-z_][A-Za-z0-9_]*/g)?.map((name) => name.replace(/^__(\w+)__$/, '$1')) ?? []);
  const literals = [...rule.matchAll(/'([^'\\]*)'|"([^"\\]*)"/g)].map(([, one, other]) => one ?? other);
  const numbers = [...rule.matchAll(/\b[0-9]+\b/g)].map(([number]) => Number(number));
  const compared = new Map();
  for (const [, name, , one, other, list] of rule.matchAll(/(\w+) (==|!=|in) (?:'([^']*)'|"([^"]*)"|\[([^\]]*)\])/g)) {
    const values = list === undefined ? [one ?? other] : [...list.matchAll(/'([^']*)'/g)].map(([, value]) => value);
    compared.set(name, [...(compared.get(name) ?? []), ...values]);
  }
  return { names, literals, numbers, compared };
}

export class Objects {
  #fitting = new Map();
  #attention = new Map();

  constructor(random) {
    this.random = random;
    /** Whether lists are kept short: where something is mended, rather than tried. */
    this.mending = false;
    this.attend('');
  }

  /** Prefers what this rule names. */
  attend(rule) {
    if (!this.#attention.has(rule)) this.#attention.set(rule, attention(rule));
    Object.assign(this, this.#attention.get(rule));
  }

  // ---------------------------------------------------------------- values

  /** The least value: required fields only. */
  least(schema) {
    return this.value(schema, 0);
  }

  /** @param plenty - how likely optional parts are */
  value(schema, plenty = 0.3, name = undefined) {
    const compared = this.compared.get(name)?.filter((text) => fits(schema, text) && (!schema.enum || schema.enum.includes(text)));
    if (compared?.length > 0 && schema.type === 'string' && this.random.chance(0.7)) return this.random.pick(compared);
    if (schema['x-kubernetes-int-or-string']) {
      const asText = this.random.chance(0.5);
      return asText ? this.text(schema) : this.number({ minimum: -2, maximum: 2 ** 33, ...schema });
    }
    if (schema.enum) return this.random.pick(this.preferred(schema.enum));
    switch (schema.type) {
      case 'object': return this.object(schema, plenty);
      case 'array': return this.list(schema, plenty);
      case 'string': return this.text(schema);
      case 'boolean': return this.random.chance(0.5);
      case 'integer':
      case 'number': return this.number(schema);
      default: return this.random.pick([{}, { a: 'b' }, 'a', 1]);
    }
  }

  preferred(values) {
    const named = values.filter((value) => this.literals.includes(value));
    return named.length > 0 && this.random.chance(0.6) ? named : values;
  }

  object({ properties = {}, required = [], additionalProperties, minProperties = 0, maxProperties = 8 }, plenty) {
    const result = {};
    for (const [name, property] of Object.entries(properties)) {
      const likely = this.names.has(name) ? Math.min(0.6, plenty * 2) : plenty / 2;
      if (!required.includes(name) && !this.random.chance(likely)) continue;
      result[name] = this.value(property, this.names.has(name) ? plenty : plenty / 2, name);
    }
    if (!isObject(additionalProperties)) return this.filled(result, properties, minProperties);
    const count = Math.min(maxProperties, Math.max(minProperties, this.random.below(plenty > 0 ? 3 : 1)));
    for (let tries = 0; Object.keys(result).length < count && tries < 20; tries++) {
      result[this.key()] = this.value(additionalProperties, plenty / 2);
    }
    return result;
  }

  filled(result, properties, least) {
    const missing = Object.keys(properties).filter((name) => !Object.hasOwn(result, name));
    while (Object.keys(result).length < least && missing.length > 0) {
      const [name] = missing.splice(this.random.below(missing.length), 1);
      result[name] = this.least(properties[name]);
    }
    return result;
  }

  key() {
    const literals = this.literals.filter((text) => text !== '');
    return literals.length > 0 && this.random.chance(0.3) ? this.random.pick(literals) : this.random.pick(KEYS);
  }

  list({ items = {}, minItems = 0, maxItems = 16, ...schema }, plenty) {
    const most = Math.min(maxItems, Math.max(minItems, plenty > 0 ? 3 : minItems));
    const count = minItems + this.random.below(most - minItems + 1);
    const list = [];
    for (let tries = 0; list.length < count && tries < 40; tries++) {
      const item = this.value(items, plenty);
      if (!hasTwin(schema, list, item)) list.push(item);
    }
    return list;
  }

  number({ minimum = -5, maximum = 100_000, type = 'integer' }) {
    const near = [minimum, minimum + 1, maximum, maximum - 1, 1, 2, 80, 200, 404, ...this.numbers.flatMap((n) => [n - 1, n, n + 1])];
    const within = near.filter((number) => number >= minimum && number <= maximum);
    if (within.length > 0 && this.random.chance(0.9)) return this.random.pick(within);
    const whole = minimum + this.random.below(Math.min(maximum - minimum + 1, 2 ** 31));
    return type === 'number' && this.random.chance(0.3) ? Math.min(maximum, whole + 0.5) : whole;
  }

  text(schema) {
    const named = this.literals.filter((text) => fits(schema, text));
    if (named.length > 0 && this.random.chance(0.4)) return this.random.pick(named);
    return this.random.pick(this.fittingTexts(schema));
  }

  fittingTexts(schema) {
    const { pattern, minLength, maxLength } = schema;
    const key = JSON.stringify([pattern, minLength, maxLength]);
    if (!this.#fitting.has(key)) this.#fitting.set(key, TEXTS.filter((text) => fits(schema, text)));
    const fitting = this.#fitting.get(key);
    if (fitting.length > 0) return fitting;
    const text = 'a'.repeat(minLength ?? 1);
    if (fits(schema, text)) return [text];
    throw new Error(`no text at hand fits ${key}`);
  }

  // ---------------------------------------------------------------- changes

  /** The value at a place with something about it changed: what the rule names, rather than other things. */
  changed(schema, value, ownName = undefined) {
    const { random } = this;
    if (Array.isArray(value)) return this.changedList(schema, value);
    if (!isObject(value)) return this.value(schema, 0.3, ownName);
    if (isObject(schema.additionalProperties)) return this.changedMap(schema, value);
    const names = Object.keys(schema.properties ?? {});
    if (names.length === 0) return this.value(schema);
    const named = names.filter((name) => this.names.has(name));
    const candidates = named.length > 0 && random.chance(0.85) ? named : names;
    const present = candidates.filter((name) => Object.hasOwn(value, name));
    // Too much stands in the way of more rules than too little.
    const name = random.pick(this.mending && present.length > 1 && random.chance(0.6) ? present : candidates);
    const property = schema.properties[name];
    if (!Object.hasOwn(value, name)) return { ...value, [name]: this.value(property, random.pick([0, 0.3, 0.6]), name) };
    const dispensable = !schema.required?.includes(name) && Object.keys(value).length > (schema.minProperties ?? 0);
    if (dispensable && random.chance(this.mending ? 0.6 : 0.4)) {
      const { [name]: _, ...rest } = value;
      return rest;
    }
    return { ...value, [name]: random.chance(0.7) ? this.changed(property, value[name], name) : this.value(property, 0.3, name) };
  }

  changedList(schema, list) {
    const { random } = this;
    const { minItems = 0, maxItems = 64, items = {} } = schema;
    const ways = [];
    if (list.length < maxItems) ways.push('add', 'add');
    if (list.length > minItems) ways.push('remove');
    if (list.length > 0) ways.push('change', 'change', 'change');
    if (list.length > 0 && list.length < maxItems && !this.mending) ways.push('repeat');
    if (list.length > 0 && list.length * 3 < maxItems && !this.mending) ways.push('multiply');
    const at = random.below(list.length);
    switch (random.pick(ways)) {
      case 'add': return [...list, this.value(items, 0.4)];
      case 'remove': return list.toSpliced(at, 1);
      case 'change': return list.toSpliced(at, 1, this.changed(items, list[at]));
      case 'repeat': return [...list, random.chance(0.5) ? structuredClone(list[at]) : this.changed(items, structuredClone(list[at]))];
      case 'multiply': return Array.from({ length: maxItems - random.below(2) }, (_, index) => structuredClone(list[index % list.length]));
      default: return list;
    }
  }

  changedMap({ additionalProperties, minProperties = 0, maxProperties = 8 }, map) {
    const { random } = this;
    const names = Object.keys(map);
    const way = random.below(3);
    if (way === 0 && names.length > minProperties) {
      const { [random.pick(names)]: _, ...rest } = map;
      return rest;
    }
    if (way === 1 && names.length > 0) {
      const name = random.pick(names);
      return { ...map, [name]: this.changed(additionalProperties, map[name]) };
    }
    return names.length < maxProperties ? { ...map, [this.key()]: this.value(additionalProperties) } : map;
  }
}

function fits({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }, text) {
  return text.length >= minLength && text.length <= maxLength && (!pattern || regex(pattern).test(text));
}

const regexes = new Map();

function regex(pattern) {
  if (!regexes.has(pattern)) regexes.set(pattern, new RegExp(pattern, 'u'));
  return regexes.get(pattern);
}

function hasTwin(schema, list, item) {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!keys && schema['x-kubernetes-list-type'] !== 'set') return false;
  const identity = (entry) => JSON.stringify(keys ? keys.map((key) => entry?.[key] ?? null) : entry);
  return list.some((entry) => identity(entry) === identity(item));
}

// ---------------------------------------------------------------- places

/** The schema at a place. */
export function schemaAt(schema, [step, ...rest]) {
  if (step === undefined) return schema;
  if (step === '[]') return schemaAt(schema.items, rest);
  if (step === '{}') return schemaAt(schema.additionalProperties, rest);
  return schemaAt(schema.properties[step], rest);
}

/** The value at the first entry that a place leads to; nothing where there is none. */
export function valueAt(value, [step, ...rest]) {
  if (step === undefined || value === undefined) return value;
  if (step === '[]') return Array.isArray(value) ? valueAt(value[0], rest) : undefined;
  if (!isObject(value)) return undefined;
  const name = step === '{}' ? Object.keys(value)[0] : step;
  return name !== undefined && Object.hasOwn(value, name) ? valueAt(value[name], rest) : undefined;
}

/** The value with the part at a place replaced by what `change` makes of it; what is missing on the way is made. */
export function withChange(objects, schema, value, [step, ...rest], change) {
  if (step === undefined) return change(value === undefined ? objects.least(schema) : value);
  const whole = value === undefined ? objects.least(schema) : value;
  if (step === '[]') {
    return [withChange(objects, schema.items, whole[0], rest, change), ...whole.slice(1)];
  }
  const name = step === '{}' ? (Object.keys(whole)[0] ?? 'a') : step;
  const part = step === '{}' ? schema.additionalProperties : schema.properties[step];
  return { ...whole, [name]: withChange(objects, part, whole[name], rest, change) };
}
