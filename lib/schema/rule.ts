import { CelError } from '../cel/cel-error';
import { validationRule } from '../cel/kubernetes';
import { entries, field, fieldPath, has, isObject, listed, quoted } from './json';

/**
 * What must hold between the parts of a value, beyond what JSON Schema can say. A rule is total: it meets values whose
 * parts have any type, and says nothing about what it cannot read, since that has a finding of its own.
 */
export interface Rule {
  /** The form and what it is applied to, such as `exactlyOneOf(secretRef, secretSelector)`. */
  readonly form: string;
  /** The rule as an API server runs it, over the value `self`. */
  readonly cel?: string;
  readonly check: (self: unknown) => readonly Violation[];
  /** Keywords of JSON Schema that state a part of the rule in a CRD. */
  readonly keywords?: Readonly<Record<string, unknown>>;
}

export interface Violation {
  /** Below the value that the rule stands at: `[2].name`, `port`; empty for the value itself. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** @default 'Invalid' */
  readonly code?: 'Invalid' | 'Required' | 'Duplicate' | 'Forbidden' | 'Unsupported';
  /** @default 'error' */
  readonly severity?: 'error' | 'warning';
}

const NONE: readonly Violation[] = [];

export function violated(violation: Violation | string): readonly Violation[] {
  return [typeof violation === 'string' ? { path: '', message: violation } : violation];
}

/**
 * For what no form covers: a CEL expression over `self`, as in a CRD. Where the value is not of the types that the
 * expression expects it says nothing, since the structure has a finding then.
 *
 * @example cel("has(self.host) == has(self.port)", '`host` and `port` go together')
 */
export function cel(expression: string, violation: Violation | string): Rule {
  const says = violated(violation);
  return {
    form: 'cel',
    cel: expression,
    check: (self) => (evaluated(expression, self) === false ? says : NONE),
  };
}

/** What an expression over `self` gives; compiled when it is first asked. */
export function evaluated(expression: string, self: unknown): unknown {
  const result = program(expression)(self);
  return result instanceof CelError ? undefined : result;
}

const programs = new Map<string, ReturnType<typeof validationRule>>();

function program(expression: string): ReturnType<typeof validationRule> {
  const known = programs.get(expression);
  if (known) return known;
  const made = validationRule(expression);
  programs.set(expression, made);
  return made;
}

/** For what no form covers: `holds` decides, the message says what must be true instead. */
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
    check: (self) => [...tooMany(self, fields), ...tooFew(self, fields, 'exactly one')],
  };
}

export function atMostOneOf(...fields: string[]): Rule {
  return {
    form: `atMostOneOf(${fields.join(', ')})`,
    cel: `${present(fields)} <= 1`,
    check: (self) => tooMany(self, fields),
  };
}

export function atLeastOneOf(...fields: string[]): Rule {
  return {
    form: `atLeastOneOf(${fields.join(', ')})`,
    cel: fields.map(written).join(' || '),
    check: (self) => tooFew(self, fields, 'at least one'),
  };
}

function present(fields: readonly string[]): string {
  return `[${fields.map(written).join(', ')}].filter(x, x).size()`;
}

function written(name: string): string {
  return `has(self.${name})`;
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

/** Where `when` holds, `then` must hold. */
export function ifThen(
  name: string,
  when: (self: unknown) => boolean,
  then: (self: unknown) => boolean,
  violation: Violation | string,
): Rule {
  return predicate(name, (self) => !when(self) || then(self), violation);
}

/** Where the first field is written, none of the others may be. */
export function excludes(name: string, others: readonly string[], reason: string): Rule {
  return forbidden(written(name), others, reason);
}

/** Fields that may not be written where the CEL expression `when` holds: one finding for each. */
export function forbidden(when: string, fields: readonly string[], reason: string): Rule {
  return {
    form: `forbidden(${when}: ${fields.join(', ')})`,
    cel: `!(${when}) || !(${fields.map(written).join(' || ')})`,
    check: (self) =>
      evaluated(when, self) === true
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
      .map(([type, name]) => `(self.${discriminator} == '${type}') == ${written(name)}`)
      .join(' && '),
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
export const IMMUTABLE: Rule = { form: 'immutable', check: () => NONE };

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
    check: (self) =>
      (durationMs(self) ?? Number.POSITIVE_INFINITY) < durationMs(least)!
        ? violated(`must be at least ${least}`)
        : NONE,
  };
}

const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;

/** The keys of a map of labels or annotations: `app`, `example.com/team`. */
export const QUALIFIED_KEYS: Rule = {
  form: 'qualifiedKeys',
  check: (self) =>
    Object.keys(isObject(self) ? self : {})
      .filter((key) => key.length > 317 || !QUALIFIED_NAME.test(key) || prefixLength(key) >= 253)
      .map((key) => ({
        path: fieldPath('', key),
        message: `${quoted(key)} is not a valid key: write a name of up to 63 letters, digits, \`-\`, \`_\` and \`.\`, optionally after a DNS name and \`/\``,
      })),
};

function prefixLength(key: string): number {
  return key.split('/')[0]!.length;
}
