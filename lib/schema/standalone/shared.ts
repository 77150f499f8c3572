import { isObject } from '../json';
import { exactlyOneOf, predicate, type Rule } from '../rule';
import type { Schema } from '../schema';

/**
 * Keys of agentgateway that this gateway does not run: files that use them are refused. Whoever implements one takes it
 * out of the table that mentions it and states it among the properties.
 */
export function notRun(...keys: string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, '']));
}

export function text(description: string): Schema {
  return { type: 'string', description, nullable: true };
}

export function texts(description: string): Schema {
  return { type: 'array', description, items: { type: 'string' } };
}

export function flag(description: string): Schema {
  return { type: 'boolean', description };
}

export function size(description: string): Schema {
  return { type: 'integer', description, minimum: 0, nullable: true };
}

export const PORT: Schema = {
  type: 'integer',
  description: 'A port number; 0 lets the system choose.',
  minimum: 0,
  maximum: 65535,
};

export const STATUS: Schema = {
  type: 'integer',
  description: 'An HTTP status.',
  minimum: 100,
  maximum: 999,
};

/** Go's notation, as the file has it: fractions and smaller units are allowed here, unlike in Kubernetes. */
export function duration(description: string): Schema {
  return {
    type: 'string',
    description,
    nullable: true,
    maxLength: 64,
    pattern: '^(0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$',
    patternMeans: 'a duration such as `250ms`, `10s` or `1h30m`',
  };
}

/** A list of names and values, or of names and what the value must be. */
export const VALUE_MATCH: Schema = {
  type: 'object',
  description: 'What the value must be.',
  properties: {
    exact: { type: 'string', description: 'Exactly this.', sensitive: true },
    regex: {
      type: 'string',
      description: 'A regular expression for the whole value.',
      sensitive: true,
    },
  },
  rules: [exactlyOneOf('exact', 'regex')],
};

const ADDRESS = /^(?:unix:.+|[^:/\s]+:([0-9]{1,5}))$/;

/** The address is split at its first colon, so IPv6 addresses cannot be written. */
export const HOST: Schema = {
  type: 'string',
  description: '`host:port`, or `unix:/path` for a Unix socket.',
  rules: [
    predicate(
      'hostAndPort',
      (self) => {
        const parts = ADDRESS.exec(String(self));
        return parts !== null && Number(parts[1] ?? 1) <= 65535;
      },
      {
        path: '',
        message: 'must be `host:port` or `unix:/path`',
        hint: 'write the port too, no scheme and no path: `example.com:443`',
      },
    ),
  ],
};

/** Exactly one key of whatever may stand there. */
export const EXACTLY_ONE_KEY: Rule = predicate(
  'exactlyOneKey',
  (self) => !isObject(self) || Object.keys(self).length === 1,
  { path: '', message: 'must have exactly one key', hint: 'write an entry for each' },
);
