import { field } from '../json';
import { type Rule, unique } from '../rule';
import type { Definitions, Schema } from '../schema';
import { cel } from './null-safe-rules';
import {
  exactlyOneWritten,
  expression,
  HOST,
  list,
  name,
  notRun,
  object,
  optional,
  ref,
  text,
  whole,
} from './shared';

type Properties = Readonly<Record<string, Schema>>;

/** `backend: name` loads and then answers 500 to every request: the slash ends an empty namespace. */
const SLASHED = cel("self.contains('/')", {
  path: '',
  message: 'a backend is referred to with a slash before its name; without it every request fails',
  hint: 'write `/` and the name',
  severity: 'warning',
});

/** What may be called by name, and what only a route may call. */
const NAMED: Properties = {
  host: HOST,
  mcp: notRun(ref('McpBackend')),
  ai: ref('AiBackend'),
  aws: notRun(
    object(
      'A service of AWS.',
      {
        agentCore: object(
          'An agent of Amazon Bedrock AgentCore.',
          {
            agentRuntimeArn: name('Its ARN.'),
            qualifier: text('Its version or endpoint.'),
          },
          { required: ['agentRuntimeArn'] },
        ),
      },
      { required: ['agentCore'] },
    ),
  ),
  internal: notRun({
    description:
      'A bind with `mode: internal`, by its listener; `forward` for where the caller meant to go.',
    anyOf: [{ type: 'string' }, { type: 'string', enum: ['forward'] }],
  }),
};

const BACKEND: Schema = {
  type: 'string',
  description: 'A slash and the name of an entry of `backends`.',
  minLength: 1,
  rules: [SLASHED],
};

const DYNAMIC: Schema = object('Wherever the request wants to go: a forward proxy.', {
  target: expression('An expression that gives `host:port`. @default - the host of the request', {
    nullable: true,
  }),
});

const ROUTE_VARIANTS: Properties = {
  ...NAMED,
  backend: BACKEND,
  invalid: {
    type: 'null',
    description: 'A backend that does not exist: its share is answered 500.',
  },
  service: notRun(ref('Service')),
  dynamic: notRun(DYNAMIC),
  routeGroup: notRun(name('An entry of `routeGroups`, whose routes go on from here.')),
};

const TCP_VARIANTS: Properties = {
  host: HOST,
  backend: BACKEND,
  service: ref('Service'),
  dynamic: DYNAMIC,
};

const NAME: Schema = { type: 'string', description: 'The name.', minLength: 1 };

const WEIGHT = whole('Its share of the requests, by comparison with the others.', 64, {
  default: 1,
});

function oneBackend(variants: Properties): Rule {
  return exactlyOneWritten(
    Object.keys(variants),
    'names no backend',
    'write `host: name:port`, or `backend` with a slash and a name',
  );
}

export const BACKENDS: Definitions = {
  RouteBackend: object(
    'A backend with its share of the requests.',
    { weight: WEIGHT, policies: optional('BackendPolicies'), ...ROUTE_VARIANTS },
    { rules: [oneBackend(ROUTE_VARIANTS)] },
  ),
  NamedBackend: object(
    'A backend that routes refer to.',
    { name: NAME, policies: optional('BackendPolicies'), ...NAMED },
    { required: ['name'], rules: [oneBackend(NAMED)] },
  ),
  TcpRouteBackend: object(
    'A backend with its share of the connections.',
    { weight: WEIGHT, policies: optional('TcpBackendPolicies'), ...TCP_VARIANTS },
    { rules: [oneBackend(TCP_VARIANTS)] },
  ),
};

export const NAMED_BACKENDS: Schema = list('Backends by name.', ref('NamedBackend'), {
  rules: [
    unique('name', (entry) => {
      const own = field(entry, 'name');
      return typeof own === 'string' ? own : undefined;
    }),
  ],
});
