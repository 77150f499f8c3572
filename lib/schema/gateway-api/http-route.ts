import { atMostOneWith, cel, type Rule, union } from '../rule';
import type { Definitions, Kind } from '../schema';
import { PARENT_REFS, USE_DEFAULT_GATEWAYS } from './parents';
import {
  BACKEND_REF_PROPERTIES,
  MATCHES_IN_TOTAL,
  ROUTE_DEFINITIONS,
  RULE_NAMES,
  VALUE_MATCH_TYPE,
} from './route';
import { SESSION_PERSISTENCE } from './session-persistence';
import {
  GATEWAY_API,
  GATEWAY_API_DEFINITIONS,
  HEADER_VALUE_PATTERN,
  ROUTE_HOSTNAMES,
} from './shared';

// ---------------------------------------------------------------- filters

const PATH_CHARACTERS = "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$";

const FILTER_MEMBERS = {
  CORS: 'cors',
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};

const FILTER_LIST_RULES: readonly Rule[] = [
  cel("!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))", {
    path: '',
    message:
      'RequestRedirect and URLRewrite exclude each other: a redirected request goes nowhere else',
  }),
  ...[
    'CORS',
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestRedirect',
    'URLRewrite',
  ].map((type) => atMostOneWith('type', type)),
];

// ---------------------------------------------------------------- rules of a route

/** Whether the one filter of the list that has this field replaces a prefix. */
function replacesPrefix(list: string, filter: string): string {
  const path = `f.${filter}.path`;
  return `has(${list}) && ${list}.exists_one(f, has(f.${filter}) && has(${path}) && ${path}.type == 'ReplacePrefixMatch' && has(${path}.replacePrefixMatch))`;
}

const HAS_ONE_PREFIX =
  "self.matches.size() == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'";

/** A prefix can only be replaced where one match says which prefix it was. The API server looks at rules with one such filter. */
function prefixNeedsOneMatch(replaces: string, filter: string): Rule {
  return cel(`!(${replaces}) || (${HAS_ONE_PREFIX})`, {
    path: 'matches',
    message: `ReplacePrefixMatch in \`${filter}\` needs exactly one match, of type PathPrefix`,
    hint: 'make it a rule of its own for each prefix, or write ReplaceFullPath',
  });
}

const PREFIX_RULES = ['requestRedirect', 'urlRewrite'].flatMap((filter) => {
  const inBackend = `has(self.backendRefs) && self.backendRefs.exists_one(b, ${replacesPrefix('b.filters', filter)})`;
  return [
    prefixNeedsOneMatch(replacesPrefix('self.filters', filter), filter),
    prefixNeedsOneMatch(inBackend, filter),
  ];
});

const RULE_RULES: readonly Rule[] = [
  cel(
    '!has(self.backendRefs) || self.backendRefs.size() == 0 || !has(self.filters) || !self.filters.exists(f, has(f.requestRedirect))',
    {
      path: 'backendRefs',
      message:
        'a rule that redirects sends requests nowhere else; remove `backendRefs` or the filter',
      code: 'Forbidden',
    },
  ),
  ...PREFIX_RULES,
];

// ---------------------------------------------------------------- paths

const PATH_RULES: readonly Rule[] = [
  pathRule("self.value.startsWith('/')", 'must begin with `/`'),
  ...['//', '/./', '/../', '%2f', '%2F', '#'].map((part) =>
    pathRule(`!self.value.contains('${part}')`, `may not contain \`${part}\``),
  ),
  ...['/..', '/.'].map((end) =>
    pathRule(`!self.value.endsWith('${end}')`, `may not end with \`${end}\``),
  ),
  pathRule(
    `self.value.matches(r"${PATH_CHARACTERS}")`,
    'has a character that a path cannot have; write it as `%` and two hexadecimal digits',
  ),
];

/** Regular expressions may hold anything. */
function pathRule(holds: string, message: string): Rule {
  return cel(`self.type == 'RegularExpression' || ${holds}`, { path: 'value', message });
}

const { properties: HEADER_MATCH_PROPERTIES, ...HEADER_MATCH } = ROUTE_DEFINITIONS.HTTPHeaderMatch!;

// ---------------------------------------------------------------- the statement

const DEFINITIONS: Definitions = {
  ...GATEWAY_API_DEFINITIONS,
  ...ROUTE_DEFINITIONS,
  SessionPersistence: SESSION_PERSISTENCE,
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
      retry: { $ref: '#/$defs/HTTPRouteRetry', experimental: true },
      sessionPersistence: { $ref: '#/$defs/SessionPersistence', experimental: true },
    },
    rules: RULE_RULES,
  },
  HTTPRouteRetry: {
    type: 'object',
    description:
      'When a request is sent once more. AgentgatewayPolicy’s `traffic.retry` does the same in every channel.',
    properties: {
      codes: {
        type: 'array',
        description: 'Statuses after which it is.',
        items: { type: 'integer', minimum: 400, maximum: 599 },
        'x-kubernetes-list-type': 'set',
      },
      attempts: {
        type: 'integer',
        description: 'How often at most, the first time not counted.',
        minimum: 1,
      },
      backoff: {
        $ref: '#/$defs/Duration',
        description: 'How long to wait before the next time.',
      },
    },
  },
  HTTPRouteTimeouts: {
    type: 'object',
    description: 'How long an answer may take; `0s` for no limit.',
    properties: {
      request: { $ref: '#/$defs/Duration', description: 'The whole request, retries included.' },
      backendRequest: { $ref: '#/$defs/Duration', description: 'One call to a backend.' },
    },
    rules: [
      cel(
        "!has(self.request) || !has(self.backendRequest) || duration(self.request) == duration('0s') || duration(self.backendRequest) <= duration(self.request)",
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
        regularExpression: 'byType',
        default: '/',
      },
    },
    rules: PATH_RULES,
  },
  HTTPHeaderMatch: {
    ...HEADER_MATCH,
    properties: {
      ...HEADER_MATCH_PROPERTIES,
      value: { ...HEADER_MATCH_PROPERTIES!.value, inExperimental: HEADER_VALUE_PATTERN },
    },
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
        regularExpression: 'byType',
      },
    },
    required: ['name', 'value'],
  },
  HTTPBackendRef: {
    $ref: '#/$defs/BackendObjectReference',
    description: 'A backend with its share of the requests.',
    properties: {
      ...BACKEND_REF_PROPERTIES,
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
        inExperimental: {
          enum: [
            'RequestHeaderModifier',
            'ResponseHeaderModifier',
            'RequestMirror',
            'RequestRedirect',
            'URLRewrite',
            'ExtensionRef',
            'CORS',
            'ExternalAuth',
          ],
        },
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
      externalAuth: { $ref: '#/$defs/HTTPExternalAuthFilter', experimental: true },
    },
    required: ['type'],
    rules: [union('type', FILTER_MEMBERS)],
    inExperimental: {
      rules: [union('type', { ...FILTER_MEMBERS, ExternalAuth: 'externalAuth' })],
    },
  },
  HTTPExternalAuthFilter: {
    type: 'object',
    description:
      'Asks a service whether a request may pass. AgentgatewayPolicy’s `traffic.extAuth` does the same in every channel.',
    properties: {
      protocol: {
        type: 'string',
        description: 'How the service is asked: Envoy’s ext_authz over gRPC, or a plain request.',
        enum: ['HTTP', 'GRPC'],
      },
      backendRef: {
        $ref: '#/$defs/BackendObjectReference',
        description: 'The service that decides.',
      },
      grpc: {
        type: 'object',
        description: 'For `protocol: GRPC`.',
        properties: { allowedHeaders: { $ref: '#/$defs/ForwardedHeaders' } },
      },
      http: {
        type: 'object',
        description: 'For `protocol: HTTP`.',
        properties: {
          path: {
            type: 'string',
            description: 'What the service is asked at; the path of the request is appended.',
            maxLength: 1024,
            pattern: PATH_CHARACTERS,
            patternMeans: 'a path',
          },
          allowedHeaders: { $ref: '#/$defs/ForwardedHeaders' },
          allowedResponseHeaders: {
            $ref: '#/$defs/ForwardedHeaders',
            description: 'Headers of the service’s answer that the backend gets.',
          },
        },
      },
      forwardBody: {
        type: 'object',
        description: 'Hands the body of the request to the service. @default - it is not',
        properties: {
          maxSize: {
            type: 'integer',
            description: 'How many bytes at most; 0 for none.',
            format: 'int32',
            minimum: 0,
          },
        },
      },
    },
    required: ['backendRef', 'protocol'],
    rules: [union('protocol', { GRPC: 'grpc', HTTP: 'http' })],
  },
  ForwardedHeaders: {
    type: 'array',
    description: 'Headers of the request that the service gets, besides those that it always gets.',
    items: { type: 'string' },
    maxItems: 64,
    'x-kubernetes-list-type': 'set',
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
      parentRefs: PARENT_REFS,
      useDefaultGateways: USE_DEFAULT_GATEWAYS,
      hostnames: ROUTE_HOSTNAMES,
      rules: {
        type: 'array',
        description: 'The rules; for each request the most specific match decides.',
        items: { $ref: '#/$defs/HTTPRouteRule' },
        minItems: 1,
        maxItems: 16,
        default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
        'x-kubernetes-list-type': 'atomic',
        rules: [MATCHES_IN_TOTAL],
        inExperimental: { rules: [MATCHES_IN_TOTAL, RULE_NAMES] },
      },
    },
  },
};
