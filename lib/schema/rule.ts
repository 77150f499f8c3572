import { CelError } from '../cel/cel-error';
import { validationRule } from '../cel/kubernetes';
import { entries, field, fieldPath, has, identityOf, isObject, listed, quoted } from './json';

/**
 * What must hold between the parts of a value, beyond what JSON Schema can say. A rule is total: it meets values whose
 * parts have any type, and says nothing about what it cannot read, since that has a finding of its own.
 */
export interface Rule {
  /** The form and what it is applied to, such as `exactlyOneOf(secretRef, secretSelector)`. */
  readonly form: string;
  /** The rule as an API server runs it, over the value `self`. Rules of the standalone file have none, as no server runs them. */
  readonly cel?: string;
  /** What the API server says where `cel` does not hold. */
  readonly message?: string;
  readonly check: (self: unknown) => readonly Violation[];
  /** Keywords of JSON Schema that state a part of the rule in a CRD. */
  readonly keywords?: Readonly<Record<string, unknown>>;
}

export interface Violation {
  /** Below the value that the rule stands at: `[2].name`, `port`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** The value that is certainly meant at the path. @default - an author has to choose */
  readonly meant?: string;
  /** @default 'Invalid' */
  readonly code?: 'Invalid' | 'Required' | 'Duplicate' | 'Forbidden' | 'Unsupported' | 'InvalidKey';
  /** @default 'error' */
  readonly severity?: 'error' | 'warning';
}

const NONE: readonly Violation[] = [];

export function violated(violation: Violation | string): readonly Violation[] {
  return [typeof violation === 'string' ? { path: '', message: violation } : violation];
}

const RESERVED =
  /^(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$/;

/** A field's name as rules of an API server have to spell it: `namespace` is a word of CEL's own. */
export function escaped(name: string): string {
  if (RESERVED.test(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/**
 * For what no form covers: a CEL expression over `self`, as in a CRD. Where the value is not of the types that the
 * expression expects it says nothing, since the structure has a finding then.
 *
 * @example cel("has(self.host) == has(self.port)", '`host` and `port` go together')
 */
export function cel(expression: string, violation: Violation | string): Rule {
  const says = violated(violation);
  const verdict = evaluator(expression);
  return {
    form: 'cel',
    cel: expression,
    message: said(says[0]!),
    check: (self) => (verdict(self) === false ? says : NONE),
  };
}

/**
 * What a CEL expression says about each entry of a list, so that findings point at the entry.
 *
 * @example everyEntry((host) => `!isIP(${host})`, 'an address is no host name')
 */
export function everyEntry(
  expression: (entry: string) => string,
  violation: Violation | string,
): Rule {
  const says = violated(violation)[0]!;
  const verdict = evaluator(expression('self'));
  return {
    form: `every(${expression('entry')})`,
    cel: `self.all(entry, ${expression('entry')})`,
    message: said(says),
    check: (self) =>
      entries(self).flatMap((entry, index) =>
        verdict(entry) === false ? [atEntry(says, index)] : NONE,
      ),
  };
}

function atEntry(violation: Violation, index: number): Violation {
  const below = violation.path && !violation.path.startsWith('[') ? `.${violation.path}` : '';
  return { ...violation, path: `[${index}]${below}` };
}

/** A violation in one sentence, as the API server says it. */
export function said({ message, hint }: Violation): string {
  return hint ? `${message}: ${hint}` : message;
}

/** What an expression over `self` gives; nothing where it cannot be evaluated. */
export function evaluated(expression: string, self: unknown): unknown {
  return evaluator(expression)(self);
}

const evaluators = new Map<string, (self: unknown) => unknown>();

/** Compiles an expression when it is first asked, and once wherever it stands. */
function evaluator(expression: string): (self: unknown) => unknown {
  const known = evaluators.get(expression);
  if (known) return known;
  let program: ReturnType<typeof validationRule> | undefined;
  const made = (self: unknown): unknown => {
    program ??= validationRule(expression);
    const result = program(self);
    return result instanceof CelError ? undefined : result;
  };
  evaluators.set(expression, made);
  return made;
}

/**
 * For the standalone file, and for metadata, whose rules no API server runs as CEL: `holds` decides, the message says
 * what must be true instead.
 */
export function predicate(
  name: string,
  holds: (self: unknown) => boolean,
  violation: Violation | string,
): Rule {
  return { form: name, check: (self) => (holds(self) ? NONE : violated(violation)) };
}

export function exactlyOneOf(...fields: string[]): Rule {
  return {
    form: `exactlyOneOf(${fields.join(', ')})`,
    cel: `${present(fields)} == 1`,
    message: `exactly one of ${listed(fields, 'or')} is required here`,
    check: (self) => [...tooMany(self, fields), ...tooFew(self, fields, 'exactly one')],
  };
}

export function atMostOneOf(...fields: string[]): Rule {
  return {
    form: `atMostOneOf(${fields.join(', ')})`,
    cel: `${present(fields)} <= 1`,
    message: `${listed(fields)} exclude each other; keep one of them`,
    check: (self) => tooMany(self, fields),
  };
}

export function atLeastOneOf(...fields: string[]): Rule {
  return {
    form: `atLeastOneOf(${fields.join(', ')})`,
    cel: fields.map(written).join(' || '),
    message:
      fields.length === 1
        ? `${listed(fields)} is required here`
        : `at least one of ${listed(fields, 'or')} is required here`,
    check: (self) => tooFew(self, fields, 'at least one'),
  };
}

function present(fields: readonly string[]): string {
  return `[${fields.map(written).join(', ')}].filter(x, x).size()`;
}

function written(name: string): string {
  return `has(self.${escaped(name)})`;
}

function tooMany(self: unknown, fields: readonly string[]): readonly Violation[] {
  const present = fields.filter((name) => has(self, name));
  if (present.length < 2) return NONE;
  const message = `${listed(present)} exclude each other; keep one of them`;
  return violated({ path: '', message, code: 'Forbidden' });
}

function tooFew(self: unknown, fields: readonly string[], amount: string): readonly Violation[] {
  if (!isObject(self) || fields.some((name) => has(self, name))) return NONE;
  const message =
    fields.length === 1
      ? `${listed(fields)} is required here`
      : `${amount} of ${listed(fields, 'or')} is required here, and there is none`;
  return violated({ path: '', message, code: 'Required' });
}

/** Where the first field is written, none of the others may be. */
export function excludes(name: string, others: readonly string[], reason: string): Rule {
  return forbidden(written(name), others, reason);
}

/** Fields that may not be written where the CEL expression `when` holds: one finding for each. */
export function forbidden(when: string, fields: readonly string[], reason: string): Rule {
  const applies = evaluator(when);
  return {
    form: `forbidden(${when}: ${fields.join(', ')})`,
    cel: `!(${when}) || !(${fields.map(written).join(' || ')})`,
    message: `${listed(fields)} cannot be used here: ${reason}`,
    check: (self) =>
      applies(self) === true
        ? fields
            .filter((name) => has(self, name))
            .map((name) => ({
              path: name,
              message: `${quoted(name)} cannot be used here: ${reason}`,
              code: 'Forbidden' as const,
            }))
        : NONE,
  };
}

/** The discriminator names one of several fields, which must be there, and no other may be. */
export function union(discriminator: string, members: Readonly<Record<string, string>>): Rule {
  return {
    form: `union(${discriminator})`,
    cel: Object.entries(members)
      .map(([type, name]) => `(self.${escaped(discriminator)} == '${type}') == ${written(name)}`)
      .join(' && '),
    message: `${quoted(discriminator)} names the field that goes with it, of ${listed(Object.values(members))}; no other may stand beside it`,
    check: (self) => {
      const type = field(self, discriminator);
      if (typeof type !== 'string' || !Object.hasOwn(members, type)) return NONE;
      return Object.entries(members).flatMap(([memberType, name]) => {
        if (memberType === type) return has(self, name) ? NONE : missingMember(type, name);
        return has(self, name) ? strangeMember(type, memberType, name) : NONE;
      });
    },
  };

  function missingMember(type: string, name: string): readonly Violation[] {
    const message = `${quoted(name)} is required when ${quoted(discriminator)} is ${quoted(type)}`;
    return violated({ path: name, message, code: 'Required' });
  }

  function strangeMember(type: string, ownType: string, name: string): readonly Violation[] {
    const message = `${quoted(name)} does not belong to ${quoted(discriminator)} ${quoted(type)}`;
    const hint = `remove ${quoted(name)}, or write ${discriminator}: ${ownType}`;
    return violated({ path: name, message, hint, code: 'Forbidden' });
  }
}

interface Uniqueness {
  /** @default - the names of the fields */
  readonly what?: string;
  /** Which entries count, as CEL over one. @default - all of them */
  readonly only?: (entry: string) => string;
  readonly hint?: string;
}

/** No two entries of a list may have the same values in these fields; `name?` for one that may be missing. */
export function uniqueBy(
  fields: readonly string[],
  { only, hint, what: named }: Uniqueness = {},
): Rule {
  const keys = fields.map(keyField);
  const counts = only ? evaluator(only('self')) : () => true;
  const what = named ?? plainly(keys.map(({ name }) => name));
  const identity = (entry: unknown) => (counts(entry) === true ? keyOf(entry, keys) : undefined);
  const once = `self.exists_one(b, ${only ? `${only('b')} && ` : ''}${sameKey(keys)})`;
  return {
    ...unique(what, identity, hint),
    cel: `self.all(a, ${only ? `!(${only('a')}) || ` : ''}${once})`,
    message: `two entries have the same ${what}; each may stand only once${hint ? `: ${hint}` : ''}`,
  };
}

function plainly(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/**
 * Of entries that are the same in the fields of `among`, all have the field or none has.
 *
 * @param since what the other entry does: `names a listener of the same parent`
 */
export function allOrNone(name: string, among: readonly string[], since: string): Rule {
  const keys = among.map(keyField);
  const message = `${quoted(name)} is required, since another entry ${since}`;
  const given = (entry: string) => `has(${entry}.${escaped(name)})`;
  return {
    form: `allOrNone(${name})`,
    cel: `self.all(a, self.all(b, !(${sameKey(keys)}) || ${given('a')} == ${given('b')}))`,
    message,
    check: (self) => {
      const list = entries(self);
      const having = new Set(
        list.filter((entry) => has(entry, name)).map((entry) => keyOf(entry, keys)),
      );
      return list.flatMap((entry, index) => {
        const key = keyOf(entry, keys);
        if (key === undefined || has(entry, name) || !having.has(key)) return NONE;
        return violated({ path: `[${index}].${name}`, message, code: 'Required' });
      });
    },
  };
}

interface KeyField {
  readonly name: string;
  readonly optional: boolean;
}

function keyField(written: string): KeyField {
  return { name: written.replace('?', ''), optional: written.endsWith('?') };
}

function keyOf(entry: unknown, keys: readonly KeyField[]): string | undefined {
  return identityOf(
    ...keys.map(({ name, optional }) => field(entry, name) ?? (optional ? false : undefined)),
  );
}

/** Whether the entries `a` and `b` agree in the fields. */
function sameKey(keys: readonly KeyField[]): string {
  const same = keys.map(({ name, optional }) => {
    const [a, b] = [`a.${escaped(name)}`, `b.${escaped(name)}`];
    return optional ? `(has(${a}) ? has(${b}) && ${a} == ${b} : !has(${b}))` : `${a} == ${b}`;
  });
  return same.join(' && ');
}

/** No two entries of a list may have the same identity. Entries whose identity is undefined are left out. */
export function unique(
  what: string,
  identity: (entry: unknown) => string | undefined,
  hint?: string,
): Rule {
  return {
    form: `unique(${what})`,
    check: (self) => {
      const seen = new Map<string, number>();
      return entries(self).flatMap((entry, index) => {
        const key = identity(entry);
        if (key === undefined) return NONE;
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, index);
          return NONE;
        }
        const message = `has the same ${what} as entry [${first}]; each may stand only once`;
        return violated({ path: `[${index}]`, message, ...(hint && { hint }), code: 'Duplicate' });
      });
    },
  };
}

/** At most one entry of a list may have this value in a field. */
export function atMostOneWith(name: string, value: string): Rule {
  return {
    form: `atMostOneWith(${name}: ${value})`,
    cel: `self.filter(x, has(x.${name}) && x.${name} == '${value}').size() <= 1`,
    message: `there may be one entry with ${quoted(name)} ${quoted(value)}`,
    check: (self) =>
      entries(self)
        .map((entry, index) => ({ index, matches: field(entry, name) === value }))
        .filter((entry) => entry.matches)
        .slice(1)
        .flatMap(({ index }) =>
          violated({
            path: `[${index}]`,
            message: `a second entry with ${quoted(name)} ${quoted(value)}; there may be one`,
            code: 'Duplicate',
          }),
        ),
  };
}

/** `*` means everything, so nothing may stand beside it. */
export const WILDCARD_ALONE: Rule = cel("!('*' in self) || self.size() == 1", {
  path: '',
  message: '`*` stands for every value already; nothing may stand beside it',
});

/** The API server lets nobody change this field of an existing object, which a manifest alone cannot show. */
export const IMMUTABLE: Rule = {
  form: 'immutable',
  cel: 'self == oldSelf',
  message: 'cannot be changed: delete the object and create it anew',
  check: () => NONE,
};

const DURATION_UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

/** Gateway API's durations (GEP-2257), `1h30m`, in milliseconds; nothing for anything else. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !DURATION.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/([0-9]+)(ms|h|m|s)/g)) {
    total += Number(amount) * DURATION_UNITS[unit!]!;
  }
  return total;
}

export function minimumDuration(least: string): Rule {
  return {
    form: `minimumDuration(${least})`,
    cel: `duration(self) >= duration('${least}')`,
    message: `must be at least ${least}`,
    check: (self) =>
      (durationMs(self) ?? Number.POSITIVE_INFINITY) < durationMs(least)!
        ? violated(`must be at least ${least}`)
        : NONE,
  };
}

const QUALIFIED_NAME =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$';
const QUALIFIED = new RegExp(QUALIFIED_NAME);
const QUALIFIED_MEANS =
  'write a name of up to 63 letters, digits, `-`, `_` and `.`, optionally after a DNS name and `/`';

/** The keys of a map of labels or annotations, as definitions of kinds bound them: `app`, `example.com/team`. */
export const QUALIFIED_KEYS: Rule = {
  form: 'qualifiedKeys',
  cel: `self.all(key, key.matches(r'${QUALIFIED_NAME}') && key.split('/')[0].size() < 253)`,
  message: `a key is not valid: ${QUALIFIED_MEANS}`,
  check: (self) => wrongKeys(self, (key) => isQualified(key, 252)),
};

/** A finding for each key that is none, at the key. */
export function wrongKeys(self: unknown, isRight: (key: string) => boolean): readonly Violation[] {
  return Object.keys(isObject(self) ? self : {})
    .filter((key) => !isRight(key))
    .map((key) => ({
      path: fieldPath('', key),
      message: `${quoted(key)} is not a valid key: ${QUALIFIED_MEANS}`,
    }));
}

/** Whether it is a name with or without a DNS name before it, which has no more characters than that. */
export function isQualified(key: string, longestPrefix = 253): boolean {
  if (key.length > 317 || !QUALIFIED.test(key)) return false;
  return key.split('/')[0]!.length <= longestPrefix;
}
