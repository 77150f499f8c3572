import { field, has } from '../json';
import { atLeastOneOf, exactlyOneOf, predicate, type Rule } from '../rule';
import type { Kind } from '../schema';
import { AGENTGATEWAY, AGENTGATEWAY_DEFINITIONS, isWritten, notYetStated } from './shared';
import { everyTarget, hasPortAsSection, isOfKind, TARGET_REFS, TARGET_SELECTORS } from './targets';
import { TRAFFIC, TRAFFIC_DEFINITIONS } from './traffic';

/** Known by name; the next issue states them. */
const FRONTEND_FIELDS = [
  'accessLog',
  'connect',
  'http',
  'metrics',
  'networkAuthorization',
  'proxyProtocol',
  'tcp',
  'tls',
  'tracing',
];

/** Known by name; the next issue states them. */
const BACKEND_FIELDS = [
  'ai',
  'auth',
  'extAuth',
  'health',
  'mcp',
  'tls',
  'transformation',
  'tunnel',
];

/** Settings of a connection, which a listener does not have apart from its port. */
const CONNECTION_FIELDS = [
  'tcp',
  'networkAuthorization',
  'tls',
  'http',
  'proxyProtocol',
  'connect',
];

const hasTraffic = isWritten('traffic');
const hasFrontend = isWritten('frontend');
const hasBackend = isWritten('backend');

const RULES: readonly Rule[] = [
  atLeastOneOf('traffic', 'frontend', 'backend'),
  exactlyOneOf('targetRefs', 'targetSelectors'),
  predicate(
    'inheritanceForTrafficOnly',
    (spec) =>
      !has(field(spec, 'strategy'), 'inheritance') ||
      (hasTraffic(spec) && !hasFrontend(spec) && !hasBackend(spec)),
    {
      path: 'strategy.inheritance',
      message: '`inheritance` needs a policy with `traffic` and nothing else',
      hint: 'move `frontend` and `backend` to a policy of their own',
    },
  ),
  everyTarget('mcpNotOnService', isWritten('backend', 'mcp'), notOfKind('Service'), {
    path: 'kind',
    message: '`backend.mcp` cannot apply to a Service; target the AgentgatewayBackend or the route',
  }),
  everyTarget(
    'mcpNotOnSection',
    isWritten('backend', 'mcp'),
    (target) => !(isOfKind('AgentgatewayBackend')(target) && has(target, 'sectionName')),
    {
      path: 'sectionName',
      message: '`backend.mcp` applies to all targets of a backend; remove `sectionName`',
    },
  ),
  everyTarget('aiNotOnService', isWritten('backend', 'ai'), notOfKind('Service'), {
    path: 'kind',
    message: '`backend.ai` cannot apply to a Service; target the AgentgatewayBackend or the route',
  }),
  predicate(
    'oneJwtCheck',
    (spec) =>
      !isWritten('traffic', 'jwtAuthentication')(spec) ||
      !isWritten('backend', 'mcp', 'authentication')(spec),
    {
      path: 'backend.mcp.authentication',
      message: '`traffic.jwtAuthentication` and `backend.mcp.authentication` exclude each other',
      hint: 'keep the first, which takes the token out of the request',
    },
  ),
  everyTarget('frontendOnGateway', hasFrontend, isOfKind('Gateway'), {
    path: 'kind',
    message: '`frontend` applies to Gateways only',
  }),
  everyTarget(
    'connectionOnWholePort',
    (spec) => CONNECTION_FIELDS.some((name) => isWritten('frontend', name)(spec)),
    (target) => !has(target, 'sectionName'),
    {
      path: 'sectionName',
      message: `${CONNECTION_FIELDS.join(', ')} of \`frontend\` apply to whole ports, not to one listener`,
      hint: 'remove `sectionName`, or write `port`',
    },
  ),
  everyTarget(
    'portForFrontendOnly',
    (spec) => !hasFrontend(spec) || hasTraffic(spec) || hasBackend(spec),
    (target) => !has(target, 'port'),
    {
      path: 'port',
      message: '`port` needs a policy with `frontend` and nothing else',
      hint: 'name the listener with `sectionName`',
    },
  ),
  everyTarget(
    'trafficTargets',
    hasTraffic,
    isOfKind('Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet', 'InferencePool'),
    {
      path: 'kind',
      message: '`traffic` applies to Gateway, ListenerSet, HTTPRoute, GRPCRoute and InferencePool',
    },
  ),
  everyTarget(
    'preRoutingTargets',
    (spec) => field(field(spec, 'traffic'), 'phase') === 'PreRouting',
    isOfKind('Gateway', 'ListenerSet'),
    {
      path: 'kind',
      message: 'in phase PreRouting no route is chosen yet: target a Gateway or a ListenerSet',
    },
  ),
  everyTarget('serviceSection', () => true, hasPortAsSection, {
    path: 'sectionName',
    message: 'the section of a Service is one of its ports, a number from 1 to 65535',
  }),
];

function notOfKind(kind: string): (target: unknown) => boolean {
  return (target) => !isOfKind(kind)(target);
}

export const AGENTGATEWAY_POLICY: Kind = {
  group: AGENTGATEWAY,
  kind: 'AgentgatewayPolicy',
  plural: 'agentgatewaypolicies',
  shortNames: ['agpol'],
  scope: 'Namespaced',
  versions: ['v1alpha1'],
  status: true,
  description:
    'Applies to Gateways, routes or backends: who may call (`traffic`), how clients connect (`frontend`), how backends are called (`backend`).',
  definitions: { ...AGENTGATEWAY_DEFINITIONS, ...TRAFFIC_DEFINITIONS },
  spec: {
    type: 'object',
    description: 'What the policy applies to, and what it says.',
    properties: {
      targetRefs: TARGET_REFS,
      targetSelectors: TARGET_SELECTORS,
      strategy: {
        type: 'object',
        description: 'How the policy goes together with others.',
        properties: {
          inheritance: {
            type: 'string',
            description:
              '`Override` keeps policies of more specific targets from replacing this one. @default - Default: the more specific one wins',
            enum: ['Default', 'Override'],
          },
        },
      },
      traffic: TRAFFIC,
      frontend: {
        type: 'object',
        description: 'How clients connect, and what is logged and measured.',
        properties: notYetStated(FRONTEND_FIELDS),
        rules: [atLeastOneOf(...FRONTEND_FIELDS)],
      },
      backend: {
        type: 'object',
        description: 'How backends are called.',
        properties: {
          ...notYetStated(BACKEND_FIELDS),
          http: { $ref: '#/$defs/BackendHTTP' },
          tcp: { $ref: '#/$defs/BackendTCP' },
        },
        rules: [atLeastOneOf(...BACKEND_FIELDS, 'http', 'tcp')],
      },
    },
    rules: RULES,
  },
};
