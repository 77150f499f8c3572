import { isObject, listed } from '../json';
import { exactlyOneOf, type Rule, violated } from '../rule';
import type { Definitions, Schema } from '../schema';

type Properties = Readonly<Record<string, Schema>>;

// ---------------------------------------------------------------- words to state with

export function ref(name: string, beside: Schema = {}): Schema {
  return { $ref: `#/$defs/${name}`, ...beside };
}

/** A definition that may also be left empty: `cors:` with nothing behind it. */
export function optional(name: string, beside: Schema = {}): Schema {
  return ref(name, { nullable: true, ...beside });
}

export function object(description: string, properties: Properties, beside: Schema = {}): Schema {
  return { type: 'object', description, properties, ...beside };
}

export function list(description: string, items: Schema, beside: Schema = {}): Schema {
  return { type: 'array', description, items, ...beside };
}

export function map(description: string, values: Schema, beside: Schema = {}): Schema {
  return { type: 'object', description, additionalProperties: values, ...beside };
}

/** Whatever its receiver understands: agentgateway looks at nothing in it. */
export function open(description: string, beside: Schema = {}): Schema {
  return {
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    ...beside,
  };
}

/** A switch that is written as an empty map: `passthrough: {}`. */
export function empty(description: string): Schema {
  return { type: 'object', description, properties: {} };
}

export function choice(description: string, values: readonly string[], fallback?: string): Schema {
  return {
    type: 'string',
    description,
    enum: values,
    ...(fallback !== undefined && { default: fallback }),
  };
}

export function text(description: string): Schema {
  return { type: 'string', description, nullable: true };
}

/** A text that must be there where it is required, unlike `text`, which may be left empty. */
export function name(description: string): Schema {
  return { type: 'string', description };
}

export function secret(description: string): Schema {
  return { type: 'string', description, nullable: true, sensitive: true };
}

export function texts(description: string): Schema {
  return list(description, { type: 'string' });
}

export function flag(description: string, fallback?: boolean): Schema {
  return { type: 'boolean', description, ...(fallback !== undefined && { default: fallback }) };
}

export function size(description: string): Schema {
  return { type: 'integer', description, minimum: 0, nullable: true };
}

/** An unsigned whole number of so many bits. */
export function whole(description: string, bits: 8 | 16 | 32 | 64, beside: Schema = {}): Schema {
  const most = bits < 64 && { maximum: 2 ** bits - 1 };
  return { type: 'integer', description, minimum: 0, ...most, ...beside };
}

export function expression(description: string, beside: Schema = {}): Schema {
  return ref('Expression', { description, ...beside });
}

export function expressions(description: string, beside: Schema = {}): Schema {
  return map(description, ref('Expression'), beside);
}

/** Go's notation, as the file has it: fractions and smaller units are allowed here, unlike in Kubernetes. */
export function duration(description: string, beside: Schema = {}): Schema {
  return {
    type: 'string',
    description,
    nullable: true,
    maxLength: 64,
    pattern: '^(0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$',
    patternMeans: 'a duration such as `250ms`, `10s` or `1h30m`',
    ...beside,
  };
}

/** The same, where it has to be written. */
export function requiredDuration(description: string): Schema {
  return duration(description, { nullable: false });
}

/**
 * States what agentgateway reads and this gateway does not run: a file that uses it is refused, unless only the verdict
 * is asked for. Whoever implements it takes the mark off.
 */
export function notRun(schema: Schema, instead = ''): Schema {
  return { ...schema, notRun: instead };
}

/** As `exactlyOneOf`, but a null counts, as in `invalid:`, and the words fit what is missing. */
export function exactlyOneWritten(keys: readonly string[], missing: string, hint: string): Rule {
  return {
    form: `exactlyOneOf(${keys.join(', ')})`,
    check: (self) => {
      if (!isObject(self)) return [];
      const written = keys.filter((key) => Object.hasOwn(self, key));
      if (written.length === 1) return [];
      if (written.length === 0) {
        return violated({ path: '', message: missing, hint, code: 'Required' });
      }
      const message = `${listed(written)} exclude each other; keep one of them`;
      return violated({ path: '', message, code: 'Forbidden' });
    },
  };
}

export function noneRun(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, notRun(value)]));
}

// ---------------------------------------------------------------- values

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

const PORT_DIGITS =
  '0*([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';

/** The address is split at its first colon, so IPv6 addresses cannot be written. */
export const HOST: Schema = {
  type: 'string',
  description: 'An upstream: `host:port`, or `unix:/path` for a Unix socket.',
  pattern: `^(unix:.+|[^:/\\s]+:${PORT_DIGITS})$`,
  patternMeans: '`host:port` without scheme and path, such as `example.com:443`, or `unix:/path`',
};

/** Where a policy calls out, the scheme may be written, and `https` asks for TLS. */
export const POLICY_HOST: Schema = {
  type: 'string',
  description: 'Who is called: `host:port`, `http://host`, `https://host:port` or `unix:/path`.',
  pattern: `^(unix:.+|[^:/\\s]+:${PORT_DIGITS}|https?://[^:/?#\\s]+(:${PORT_DIGITS})?/?)$`,
  patternMeans:
    '`host:port`, `https://host` or `unix:/path`, without a path of HTTP, such as `example.com:443`',
};

/** The part of a condition that says what the value must be. */
export function valueMatch(description: string): Schema {
  return {
    description,
    anyOf: [
      object(
        description,
        {
          exact: { type: 'string', description: 'Exactly this.', sensitive: true },
          regex: {
            type: 'string',
            description: 'A regular expression that the whole value must match.',
            sensitive: true,
            regularExpression: 'always',
          },
        },
        { rules: [exactlyOneOf('exact', 'regex')] },
      ),
      NEVER,
    ],
  };
}

/** What agentgateway makes of conditions that its controller could not translate. */
export const NEVER: Schema = {
  type: 'string',
  description: 'A condition that no request meets.',
  enum: ['invalid'],
  patternMeans: 'a map, such as `exact: value`',
  sensitive: true,
  notRunValues: ['invalid'],
};

/** RFC 9110, §5.1, or a part of the request line, as HTTP/2 names it. */
const HEADER_OR_PSEUDO =
  "^(:(authority|method|path|scheme|status)|[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+)$";
const HEADER_MEANS =
  'the name of a header, letters, digits and `-` without spaces or colons, or one such as `:path`';

export const SHARED: Definitions = {
  Expression: {
    type: 'string',
    description:
      'A CEL expression over the request, for example `request.path` or `jwt.sub == "alice"`. A literal `$` is written `$$`.',
  },
  FileOrInline: {
    description: 'A text, or `{file: path}` to read it from, relative to the working directory.',
    anyOf: [{ type: 'string', sensitive: true }, fileOnly()],
  },
  FileInlineOrRemote: {
    description:
      'A text, `{file: path}`, or `{url: …}` to fetch it from when the file is loaded and again every now and then.',
    anyOf: [
      { type: 'string', sensitive: true },
      object(
        'Where the text is.',
        {
          file: { type: 'string', description: 'A path, relative to the working directory.' },
          url: { type: 'string', description: 'An http or https URL.' },
        },
        { rules: [exactlyOneOf('file', 'url')] },
      ),
    ],
  },
  HeaderOrPseudo: {
    type: 'string',
    description: 'A header, or `:authority`, `:method`, `:path`, `:scheme` or `:status`.',
    pattern: HEADER_OR_PSEUDO,
    patternMeans: HEADER_MEANS,
  },
  NamespacedHostname: {
    type: 'string',
    description: 'A service of `services`: its namespace, a slash and its host name.',
    pattern: '^[^/]+/[^/]+$',
    patternMeans: 'a namespace, a slash and a host name, such as `default/api.example.com`',
  },
  Bytes: {
    description: 'A text, or a list of the values of its bytes.',
    anyOf: [
      { type: 'string', sensitive: true },
      { type: 'array', items: whole('One byte.', 8), notRun: 'write the text itself' },
    ],
  },
  Sampling: {
    description: 'A share from 0 to 1, `true` or `false`, or a CEL expression that gives one.',
    anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
  },
  Service: object(
    'An entry of `services`.',
    {
      name: ref('NamespacedHostname'),
      port: { ...PORT, description: 'One of its ports.' },
    },
    { required: ['name', 'port'] },
  ),
  HeaderMatch: object(
    'A header that must be there, and its value.',
    {
      name: { ...NAMED(), pattern: HEADER_OR_PSEUDO, patternMeans: HEADER_MEANS },
      value: valueMatch('What its value must be.'),
    },
    { required: ['name', 'value'] },
  ),
  QueryMatch: object(
    'A parameter of the query that must be there, and its value.',
    { name: NAMED(), value: valueMatch('What its value must be.') },
    { required: ['name', 'value'] },
  ),
};

function NAMED(): Schema {
  return { type: 'string', description: 'The name.', minLength: 1 };
}

function fileOnly(): Schema {
  return object(
    'Where the text is.',
    { file: { type: 'string', description: 'A path, relative to the working directory.' } },
    { required: ['file'] },
  );
}
