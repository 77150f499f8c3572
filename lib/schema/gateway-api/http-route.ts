import { entries, field, has, identityOf, isObject, textField } from '../json';
import {
  atMostOneOf,
  atMostOneWith,
  durationMs,
  ifThen,
  predicate,
  type Rule,
  union,
  unique,
  violated,
} from '../rule';
import type { Definitions, Kind } from '../schema';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

// ---------------------------------------------------------------- parents

function parentOf(reference: unknown): string | undefined {
  if (!isObject(reference)) return undefined;
  const { group, kind, name, namespace } = reference;
  return identityOf(group, kind, name, namespace || '');
}

/** Who attaches to one listener of a Gateway by name does not attach to all of them as well. */
const PARENT_SECTIONS: Rule = {
  form: 'sectionNameOnAllOrNone',
  check: (self) => {
    const references = entries(self);
    const named = new Map<string, boolean>();
    for (const reference of references) {
      const parent = parentOf(reference);
      if (parent && field(reference, 'sectionName')) named.set(parent, true);
    }
    return references.flatMap((reference, index) => {
      const parent = parentOf(reference);
      if (!parent || !named.get(parent) || field(reference, 'sectionName')) return [];
      return violated({
        path: `[${index}].sectionName`,
        message:
          '`sectionName` is required, since another entry names a listener of the same parent',
        code: 'Required',
      });
    });
  },
};

const PARENTS_UNIQUE = unique('parent and sectionName', (reference) => {
  const parent = parentOf(reference);
  return parent && identityOf(parent, field(reference, 'sectionName') || '');
});

// ---------------------------------------------------------------- filters

const FILTER_MEMBERS = {
  CORS: 'cors',
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};

function hasFilter(filters: unknown, type: string): boolean {
  return entries(filters).some((filter) => field(filter, 'type') === type);
}

const FILTER_LIST_RULES: readonly Rule[] = [
  predicate(
    'redirectOrRewrite',
    (self) => !(hasFilter(self, 'RequestRedirect') && hasFilter(self, 'URLRewrite')),
    'RequestRedirect and URLRewrite exclude each other: a redirected request goes nowhere else',
  ),
  ...[
    'CORS',
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestRedirect',
    'URLRewrite',
  ].map((type) => atMostOneWith('type', type)),
];

// ---------------------------------------------------------------- rules of a route

/** A prefix can only be replaced where one match says which prefix it was. */
function prefixNeedsOneMatch(place: 'filters' | 'backendRefs', filter: string): Rule {
  return ifThen(
    `prefixNeedsOneMatch(${place}, ${filter})`,
    (self) =>
      place === 'filters'
        ? replacesPrefix(field(self, 'filters'), filter)
        : exactlyOne(field(self, 'backendRefs'), (backend) =>
            replacesPrefix(field(backend, 'filters'), filter),
          ),
    hasOnePrefixMatch,
    {
      path: 'matches',
      message: `ReplacePrefixMatch in \`${filter}\` needs exactly one match, of type PathPrefix`,
      hint: 'make it a rule of its own for each prefix, or write ReplaceFullPath',
    },
  );
}

function replacesPrefix(filters: unknown, filter: string): boolean {
  return exactlyOne(filters, (entry) => {
    const path = field(field(entry, filter), 'path');
    return field(path, 'type') === 'ReplacePrefixMatch' && has(path, 'replacePrefixMatch');
  });
}

/** The API server looks at rules with one such entry only. */
function exactlyOne(list: unknown, holds: (entry: unknown) => boolean): boolean {
  return entries(list).filter(holds).length === 1;
}

function hasOnePrefixMatch(self: unknown): boolean {
  const matches = entries(field(self, 'matches'));
  return matches.length === 1 && field(field(matches[0], 'path'), 'type') === 'PathPrefix';
}

const RULE_RULES: readonly Rule[] = [
  ifThen(
    'redirectHasNoBackends',
    (self) => entries(field(self, 'backendRefs')).length > 0,
    (self) => !entries(field(self, 'filters')).some((filter) => has(filter, 'requestRedirect')),
    {
      path: 'backendRefs',
      message:
        'a rule that redirects sends requests nowhere else; remove `backendRefs` or the filter',
      code: 'Forbidden',
    },
  ),
  prefixNeedsOneMatch('filters', 'requestRedirect'),
  prefixNeedsOneMatch('filters', 'urlRewrite'),
  prefixNeedsOneMatch('backendRefs', 'requestRedirect'),
  prefixNeedsOneMatch('backendRefs', 'urlRewrite'),
];

const MOST_MATCHES = 128;

const MATCHES_IN_TOTAL = predicate(
  `matchesInTotal(${MOST_MATCHES})`,
  (self) =>
    entries(self).reduce<number>(
      (total, rule) => total + entries(field(rule, 'matches')).length,
      0,
    ) <= MOST_MATCHES,
  {
    path: '',
    message: `the rules have more than ${MOST_MATCHES} matches together`,
    hint: 'spread them over several HTTPRoutes',
  },
);

// ---------------------------------------------------------------- paths

const PATH_CHARACTERS = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

const PATH_RULES: readonly Rule[] = [
  pathRule('startsWithSlash', (path) => path.startsWith('/'), 'must begin with `/`'),
  ...['//', '/./', '/../', '%2f', '%2F', '#'].map((part) =>
    pathRule(`without(${part})`, (path) => !path.includes(part), `may not contain \`${part}\``),
  ),
  ...['/..', '/.'].map((end) =>
    pathRule(`notEndingWith(${end})`, (path) => !path.endsWith(end), `may not end with \`${end}\``),
  ),
  pathRule(
    'pathCharacters',
    (path) => PATH_CHARACTERS.test(path),
    'has a character that a path cannot have; write it as `%` and two hexadecimal digits',
  ),
];

/** Regular expressions may hold anything. */
function pathRule(name: string, holds: (path: string) => boolean, message: string): Rule {
  return ifThen(
    name,
    (self) =>
      ['Exact', 'PathPrefix'].includes(textField(self, 'type')) &&
      typeof field(self, 'value') === 'string',
    (self) => holds(textField(self, 'value')),
    { path: 'value', message },
  );
}

const VALUE_MATCH_TYPE = {
  type: 'string',
  description: '`Exact`, or `RegularExpression` for one that must match the whole value.',
  enum: ['Exact', 'RegularExpression'],
  default: 'Exact',
} as const;

// ---------------------------------------------------------------- the statement

const DEFINITIONS: Definitions = {
  ...GATEWAY_API_DEFINITIONS,
  HTTPRouteRule: {
    type: 'object',
    description: 'What matches, what is done to it, and where it goes.',
    properties: {
      name: {
        $ref: '#/$defs/DnsName',
        description: 'The name of the rule, which policies give as `sectionName`.',
      },
      matches: {
        type: 'array',
        description: 'Which requests the rule is for: those that meet any of these. @default - all',
        items: { $ref: '#/$defs/HTTPRouteMatch' },
        maxItems: 64,
        default: [{ path: { type: 'PathPrefix', value: '/' } }],
        'x-kubernetes-list-type': 'atomic',
      },
      filters: {
        type: 'array',
        description: 'What is done to requests and responses of the rule.',
        items: { $ref: '#/$defs/HTTPRouteFilter' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: FILTER_LIST_RULES,
      },
      backendRefs: {
        type: 'array',
        description: 'Where requests go, by weight. @default - every request is answered with 500',
        items: { $ref: '#/$defs/HTTPBackendRef' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
      timeouts: { $ref: '#/$defs/HTTPRouteTimeouts' },
    },
    rules: RULE_RULES,
  },
  HTTPRouteTimeouts: {
    type: 'object',
    description: 'How long an answer may take; `0s` for no limit.',
    properties: {
      request: { $ref: '#/$defs/Duration', description: 'The whole request, retries included.' },
      backendRequest: { $ref: '#/$defs/Duration', description: 'One call to a backend.' },
    },
    rules: [
      predicate(
        'backendWithinRequest',
        (self) => {
          const request = durationMs(field(self, 'request'));
          const backendRequest = durationMs(field(self, 'backendRequest')) ?? 0;
          return !request || backendRequest <= request;
        },
        { path: 'backendRequest', message: '`backendRequest` may not be longer than `request`' },
      ),
    ],
  },
  HTTPRouteMatch: {
    type: 'object',
    description: 'Conditions on a request; all must hold.',
    properties: {
      path: { $ref: '#/$defs/HTTPPathMatch', default: { type: 'PathPrefix', value: '/' } },
      method: {
        type: 'string',
        description: 'The method of the request. @default - any',
        enum: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
      },
      headers: {
        type: 'array',
        description: 'Headers that the request must have.',
        items: { $ref: '#/$defs/HTTPHeaderMatch' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      queryParams: {
        type: 'array',
        description: 'Parameters that the query must have.',
        items: { $ref: '#/$defs/HTTPQueryParamMatch' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
  },
  HTTPPathMatch: {
    type: 'object',
    description: 'A condition on the path, without the query.',
    properties: {
      type: {
        type: 'string',
        description:
          '`Exact`; `PathPrefix`, segment by segment, so that `/a` meets `/a/b` and not `/ab`; or `RegularExpression` for the whole path.',
        enum: ['Exact', 'PathPrefix', 'RegularExpression'],
        default: 'PathPrefix',
      },
      value: {
        type: 'string',
        description: 'The path to compare with.',
        maxLength: 1024,
        default: '/',
      },
    },
    rules: PATH_RULES,
  },
  HTTPHeaderMatch: {
    type: 'object',
    description: 'A condition on one header.',
    properties: {
      type: VALUE_MATCH_TYPE,
      name: { $ref: '#/$defs/HeaderName' },
      value: {
        type: 'string',
        description: 'The value to compare with.',
        minLength: 1,
        maxLength: 4096,
        sensitive: true,
      },
    },
    required: ['name', 'value'],
  },
  HTTPQueryParamMatch: {
    type: 'object',
    description: 'A condition on one parameter of the query.',
    properties: {
      type: VALUE_MATCH_TYPE,
      name: { $ref: '#/$defs/HeaderName', description: 'The name of the parameter.' },
      value: {
        type: 'string',
        description: 'The value to compare with.',
        minLength: 1,
        maxLength: 1024,
        sensitive: true,
      },
    },
    required: ['name', 'value'],
  },
  HTTPBackendRef: {
    $ref: '#/$defs/BackendObjectReference',
    description: 'A backend with its share of the requests.',
    properties: {
      ...GATEWAY_API_DEFINITIONS.BackendObjectReference!.properties,
      weight: {
        type: 'integer',
        description: 'The share, relative to the other backends of the rule; 0 for none.',
        format: 'int32',
        minimum: 0,
        maximum: 1_000_000,
        default: 1,
      },
      filters: {
        type: 'array',
        description: 'What is done to the requests that this backend gets.',
        items: { $ref: '#/$defs/HTTPRouteFilter' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: FILTER_LIST_RULES,
      },
    },
  },
  HTTPRouteFilter: {
    type: 'object',
    description: 'One change; `type` says which, and the field of that name holds its settings.',
    properties: {
      type: {
        type: 'string',
        description: 'Which change it is. agentgateway has no ExtensionRef.',
        enum: [
          'RequestHeaderModifier',
          'ResponseHeaderModifier',
          'RequestMirror',
          'RequestRedirect',
          'URLRewrite',
          'ExtensionRef',
          'CORS',
        ],
      },
      requestHeaderModifier: {
        $ref: '#/$defs/HTTPHeaderFilter',
        description: 'Changes headers on the way to the backend.',
      },
      responseHeaderModifier: {
        $ref: '#/$defs/HTTPHeaderFilter',
        description: 'Changes headers on the way to the client.',
      },
      requestMirror: { $ref: '#/$defs/HTTPRequestMirrorFilter' },
      requestRedirect: { $ref: '#/$defs/HTTPRequestRedirectFilter' },
      urlRewrite: { $ref: '#/$defs/HTTPURLRewriteFilter' },
      cors: { $ref: '#/$defs/HTTPCORSFilter' },
      extensionRef: {
        $ref: '#/$defs/LocalObjectReference',
        description: 'A filter of an implementation’s own kind.',
      },
    },
    required: ['type'],
    rules: [union('type', FILTER_MEMBERS)],
  },
  HTTPRequestMirrorFilter: {
    type: 'object',
    description: 'Sends a copy of requests elsewhere; its answers are thrown away.',
    properties: {
      backendRef: { $ref: '#/$defs/BackendObjectReference', description: 'Who gets the copies.' },
      percent: {
        type: 'integer',
        description: 'How many requests of a hundred are copied. @default - all',
        format: 'int32',
        minimum: 0,
        maximum: 100,
      },
      fraction: {
        $ref: '#/$defs/Fraction',
        description: 'The share that is copied. @default - all',
      },
    },
    required: ['backendRef'],
    rules: [atMostOneOf('percent', 'fraction')],
  },
  Fraction: {
    type: 'object',
    description: 'A share, such as 5 of 1000.',
    properties: {
      numerator: { type: 'integer', description: 'The part.', format: 'int32', minimum: 0 },
      denominator: {
        type: 'integer',
        description: 'The whole.',
        format: 'int32',
        minimum: 1,
        default: 100,
      },
    },
    required: ['numerator'],
    rules: [
      predicate(
        'numeratorWithinDenominator',
        (self) => {
          const { numerator, denominator } = (self ?? {}) as Record<string, unknown>;
          const numbers = typeof numerator === 'number' && typeof denominator === 'number';
          return !numbers || numerator <= denominator;
        },
        { path: 'numerator', message: '`numerator` may not be more than `denominator`' },
      ),
    ],
  },
  HTTPRequestRedirectFilter: {
    type: 'object',
    description: 'Answers with another address, which the client then calls.',
    properties: {
      scheme: {
        type: 'string',
        description: 'The scheme of the new address. @default - that of the request',
        enum: ['http', 'https'],
      },
      hostname: {
        $ref: '#/$defs/DnsName',
        description: 'The host of the new address. @default - that of the request',
      },
      path: { $ref: '#/$defs/HTTPPathModifier' },
      port: {
        $ref: '#/$defs/Port',
        description:
          'The port of the new address. @default - that of the scheme, else of the listener',
      },
      statusCode: {
        type: 'integer',
        description: '301 and 308 are permanent; 307 and 308 keep the method.',
        enum: [301, 302, 303, 307, 308],
        default: 302,
      },
    },
  },
  HTTPURLRewriteFilter: {
    type: 'object',
    description: 'Changes host and path on the way to the backend.',
    properties: {
      hostname: { $ref: '#/$defs/DnsName', description: 'The host that the backend sees.' },
      path: { $ref: '#/$defs/HTTPPathModifier' },
    },
  },
  HTTPPathModifier: {
    type: 'object',
    description: 'Another path.',
    properties: {
      type: {
        type: 'string',
        description:
          '`ReplaceFullPath`, or `ReplacePrefixMatch` for the part that the match names.',
        enum: ['ReplaceFullPath', 'ReplacePrefixMatch'],
      },
      replaceFullPath: {
        type: 'string',
        description: 'The path in place of all of it.',
        maxLength: 1024,
      },
      replacePrefixMatch: {
        type: 'string',
        description: 'The prefix in place of the matched one.',
        maxLength: 1024,
      },
    },
    required: ['type'],
    rules: [
      union('type', {
        ReplaceFullPath: 'replaceFullPath',
        ReplacePrefixMatch: 'replacePrefixMatch',
      }),
    ],
  },
};

export const HTTP_ROUTE: Kind = {
  group: GATEWAY_API,
  kind: 'HTTPRoute',
  plural: 'httproutes',
  scope: 'Namespaced',
  versions: ['v1', 'v1beta1'],
  status: true,
  description:
    'Sends HTTP requests that a Gateway receives to backends, by host, path, headers, query and method.',
  definitions: DEFINITIONS,
  spec: {
    type: 'object',
    description: 'Where the route attaches, for which hosts, and its rules.',
    properties: {
      parentRefs: {
        type: 'array',
        description: 'The Gateways (or their listeners) that the route attaches to.',
        items: { $ref: '#/$defs/ParentReference' },
        maxItems: 32,
        'x-kubernetes-list-type': 'atomic',
        rules: [PARENT_SECTIONS, PARENTS_UNIQUE],
      },
      hostnames: {
        type: 'array',
        description: 'Hosts the route is for, within those of the listener. @default - all of them',
        items: { $ref: '#/$defs/Hostname' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
      rules: {
        type: 'array',
        description: 'The rules; for each request the most specific match decides.',
        items: { $ref: '#/$defs/HTTPRouteRule' },
        minItems: 1,
        maxItems: 16,
        default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
        'x-kubernetes-list-type': 'atomic',
        rules: [MATCHES_IN_TOTAL],
      },
    },
  },
};
