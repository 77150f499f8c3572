import { cel, exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { conditionalForms } from './conditional';
import { BACKEND_OR_URL, failureMode } from './shared';

const URL_HAS_PATH = "has(self.url) && self.url.matches('^https?://[^/?#]+/')";

const ANY_PROTOCOL: Schema = {
  type: 'object',
  description:
    'Asks another service whether a request may pass, after JWT, basic and API key checks, which take the credential out of the request before the service sees it.',
  properties: {
    backendRef: {
      $ref: '#/$defs/BackendReference',
      description:
        'The service that decides; in another namespace only where a ReferenceGrant there allows it.',
    },
    url: {
      $ref: '#/$defs/HttpURL',
      description:
        'The service that decides, where it is not an object of the cluster; a path is for `http` only, where every check goes to it.',
    },
    grpc: {
      $ref: '#/$defs/ExtAuthGRPC',
      description: "It speaks Envoy's gRPC protocol `envoy.service.auth.v3.Authorization`.",
    },
    http: {
      $ref: '#/$defs/ExtAuthHTTP',
      description: 'It speaks plain HTTP: an answer 2xx lets the request pass.',
    },
    forwardBody: {
      type: 'object',
      description: 'Sends the body of the request along. @default - the service sees no body',
      properties: {
        maxSize: {
          $ref: '#/$defs/ByteSize',
          description:
            'How much of the body is sent, such as `8Ki`; the rest of a longer body is cut off, and the check goes on.',
        },
      },
      required: ['maxSize'],
    },
    cache: { $ref: '#/$defs/ExtAuthCache' },
    failureMode: failureMode(
      'What happens when the service cannot be asked: `FailClosed` answers 403, `FailOpen` lets everybody pass.',
    ),
  },
  rules: [
    BACKEND_OR_URL,
    cel('!(has(self.forwardBody) && has(self.http) && has(self.http.body))', {
      path: 'forwardBody',
      message: '`forwardBody` and `http.body` exclude each other: both say what the service gets',
      hint: "remove one of them; `http.body: 'request.body'` sends the body of the request as well",
      code: 'Forbidden',
    }),
    cel(`!(${URL_HAS_PATH}) || has(self.http)`, {
      path: 'url',
      message: 'a gRPC service has no path: the URL must end after host and port, without `/`',
      hint: 'remove the path, or write `http: {}` if the service speaks HTTP',
    }),
    cel(`!(${URL_HAS_PATH}) || !has(self.http) || !has(self.http.path)`, {
      path: 'http.path',
      message: '`url` has a path already, and only one of the two can be asked',
      hint: 'remove `http.path`, or the path of `url`',
      code: 'Forbidden',
    }),
  ],
};

const EITHER_PROTOCOL = exactlyOneOf('grpc', 'http');

/** Earlier versions took gRPC for granted, and documents still show it. */
const ONE_PROTOCOL: Rule = {
  ...EITHER_PROTOCOL,
  check: (self) =>
    EITHER_PROTOCOL.check(self).map((violation) =>
      violation.code === 'Required'
        ? {
            ...violation,
            hint: "write `grpc: {}` where it speaks Envoy's protocol, else `http: {}`",
          }
        : violation,
    ),
};

/** Only policies of routes must say which protocol the service speaks. */
const EXT_AUTH: Schema = {
  ...ANY_PROTOCOL,
  rules: [...ANY_PROTOCOL.rules!, ONE_PROTOCOL],
};

function headerNames(description: string): Schema {
  return {
    type: 'array',
    description,
    items: { type: 'string', minLength: 1, maxLength: 256 },
    maxItems: 64,
  };
}

function expressions(description: string, beside: Schema = {}): Schema {
  return {
    type: 'object',
    description,
    additionalProperties: { $ref: '#/$defs/Expression', ...beside },
    maxProperties: 64,
  };
}

/** Policies of routes take `TrafficExtAuth`; those of backends `BackendExtAuth`, which has no conditions. */
export const EXT_AUTH_DEFINITIONS: Definitions = {
  BackendExtAuth: ANY_PROTOCOL,
  ...conditionalForms('ExtAuth', EXT_AUTH),
  ExtAuthGRPC: {
    type: 'object',
    description:
      'What a check carries besides the request. It has no time limit of its own: a backend policy with `http.requestTimeout` on the service sets one.',
    properties: {
      contextExtensions: {
        type: 'object',
        description:
          'Fixed texts that the service gets as `context_extensions`, such as which policy asks.',
        additionalProperties: { type: 'string' },
        maxProperties: 64,
      },
      requestMetadata: expressions(
        'Values that the service gets as `metadata_context`, by expressions such as `jwt.sub`; those that cannot be evaluated are left out. @default - the claims of a verified token',
      ),
    },
  },
  ExtAuthHTTP: {
    type: 'object',
    description:
      'How the service is asked: with the method and path of the request, within 2 seconds. An answer other than 2xx goes to the client as it is.',
    properties: {
      path: {
        $ref: '#/$defs/Expression',
        description:
          'An expression that gives the path to ask, such as `"/check" + request.path`; a fixed path stands in quotes of its own. @default - the path of the request, or that of `url`',
      },
      body: {
        $ref: '#/$defs/Expression',
        description: 'An expression that gives the body to send. @default - no body',
      },
      redirect: {
        $ref: '#/$defs/Expression',
        description:
          'Where the client is sent with 302 instead, when the service answers 401 or 403: an expression such as `"https://login.example.com/?to=" + request.path`. @default - the client gets the answer itself',
      },
      addRequestHeaders: expressions(
        'Headers that the service gets besides, by name, each with an expression for its value.',
        { sensitive: true },
      ),
      allowedRequestHeaders: headerNames(
        'Headers of the request that the service gets. @default - Authorization alone',
      ),
      allowedResponseHeaders: headerNames(
        "Headers of the service's answer that are written into the request to the backend, replacing what the client sent. @default - none",
      ),
      responseMetadata: expressions(
        'Values out of the answer that later expressions read as `extauthz.<name>`, such as `{user: \'response.headers["x-user"]\'}`.',
      ),
    },
  },
  ExtAuthCache: {
    type: 'object',
    description:
      'Remembers decisions, refusals included, so that the service is not asked for every request. @default - every request is asked about',
    properties: {
      key: {
        type: 'array',
        description:
          'Expressions that together say which requests are decided alike. Leave nothing out that the decision rests on, the credential above all, or one caller gets the decision on another. Where one cannot be evaluated the service is asked.',
        items: { $ref: '#/$defs/Expression' },
        minItems: 1,
        maxItems: 16,
      },
      ttl: {
        $ref: '#/$defs/Expression',
        description:
          'How long a decision is kept: an expression that gives a duration or a moment, such as `duration("5m")`.',
      },
      maxEntries: {
        type: 'integer',
        description: 'How many decisions are kept. @default - 10000',
        format: 'int32',
        minimum: 1,
      },
    },
    required: ['key', 'ttl'],
  },
};
