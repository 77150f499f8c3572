import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { cel } from './null-safe-rules';
import { list, NEVER, name, object, optional, ref, text } from './shared';

type Properties = Readonly<Record<string, Schema>>;

/** Unlike on a listener, a lone star is compared as it is. */
const NOT_BARE_STAR = cel("self != '*'", {
  path: '',
  message: 'a route for the host `*` meets no request',
  hint: 'leave out `hostnames` for every host',
  severity: 'warning',
});

const IDENTITY: Properties = {
  name: text(
    'The name of the route, for logs and policies. Routes of equal rank are tried in the order of their names.',
  ),
  namespace: text('A namespace for the name. @default - default'),
  ruleName: text('Ignored.'),
  hostnames: list('Hosts the route is for: exact names or `*.example.com`. @default - all', {
    type: 'string',
    rules: [NOT_BARE_STAR],
  }),
};

const ROUTE: Properties = {
  ...IDENTITY,
  matches: list(
    'Which requests the route is for: those that meet any of these. @default - all',
    ref('RouteMatch'),
  ),
  policies: optional('RoutePolicies'),
  backends: list('Where requests go, by weight.', ref('RouteBackend')),
};

const TCP_ROUTE: Properties = {
  ...IDENTITY,
  policies: optional('TcpRoutePolicies'),
  backends: list('Where connections go, by weight.', ref('TcpRouteBackend')),
};

export const ROUTES: Definitions = {
  RouteMatch: object('Conditions on a request; all must hold.', {
    path: {
      description: 'A condition on the path. @default - any',
      anyOf: [
        object(
          'A condition on the path.',
          {
            exact: { type: 'string', description: 'Exactly this path.' },
            pathPrefix: { type: 'string', description: 'This path and everything below it.' },
            regex: {
              type: 'string',
              description: 'A regular expression for the whole path.',
              regularExpression: 'always',
            },
          },
          { rules: [exactlyOneOf('exact', 'pathPrefix', 'regex')] },
        ),
        { ...NEVER, patternMeans: 'a map, such as `pathPrefix: /api`', sensitive: undefined },
      ],
    },
    method: name('The method, such as `GET`. @default - any'),
    headers: list('Headers that the request must have.', ref('HeaderMatch')),
    query: list('Parameters that the query must have.', ref('QueryMatch')),
  }),
  GatewayRefs: {
    description:
      'Names of entries of `gateways`, or `name/listener`; one or a list. @default - the gateway `default`',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  },
  Route: object('What matches, what is done to it, and where it goes.', ROUTE),
  AttachedRoute: object(
    'A route with the gateways that it is for.',
    { gateways: ref('GatewayRefs'), ...ROUTE },
    { 'x-kubernetes-preserve-unknown-fields': true },
  ),
  TcpRoute: object('Where connections go.', TCP_ROUTE),
  AttachedTcpRoute: object(
    'Where connections go, with the gateways that they come from.',
    { gateways: ref('GatewayRefs'), ...TCP_ROUTE },
    { 'x-kubernetes-preserve-unknown-fields': true },
  ),
  RouteGroup: object(
    'Routes that another route goes on with.',
    {
      name: name('The name by which backends refer to it.'),
      routes: list('The routes.', ref('Route')),
    },
    { required: ['name', 'routes'] },
  ),
};
