import { atLeastOneOf, cel, exactlyOneOf, type Rule } from '../rule';
import type { Kind } from '../schema';
import { BACKEND_POLICIES, BACKEND_POLICIES_DEFINITIONS } from './backend-policies';
import { CONNECTION_FIELDS, FRONTEND, FRONTEND_DEFINITIONS } from './frontend';
import { AGENTGATEWAY, AGENTGATEWAY_DEFINITIONS } from './shared';
import {
  everyTarget,
  isOfKind,
  isWhole,
  isWritten,
  TARGET_REFS,
  TARGET_SELECTORS,
} from './targets';
import { TRAFFIC, TRAFFIC_DEFINITIONS } from './traffic';

const RULES: readonly Rule[] = [
  atLeastOneOf('traffic', 'frontend', 'backend'),
  exactlyOneOf('targetRefs', 'targetSelectors'),
  cel(
    `!(${isWritten('strategy', 'inheritance')}) || (has(self.traffic) && !has(self.frontend) && !has(self.backend))`,
    {
      path: 'strategy.inheritance',
      message: '`inheritance` needs a policy with `traffic` and nothing else',
      hint: 'move `frontend` and `backend` to a policy of their own',
    },
  ),
  everyTarget('mcpNotOnService', isWritten('backend', 'mcp'), isNotService, {
    path: 'kind',
    message: '`backend.mcp` cannot apply to a Service; target the AgentgatewayBackend or the route',
  }),
  everyTarget(
    'mcpOnWholeBackend',
    isWritten('backend', 'mcp'),
    (target) => `${target}.kind != 'AgentgatewayBackend' || ${isWhole(target)}`,
    {
      path: 'sectionName',
      message: '`backend.mcp` applies to all targets of a backend; remove `sectionName`',
    },
  ),
  everyTarget('aiNotOnService', isWritten('backend', 'ai'), isNotService, {
    path: 'kind',
    message: '`backend.ai` cannot apply to a Service; target the AgentgatewayBackend or the route',
  }),
  cel(
    `!(${isWritten('traffic', 'jwtAuthentication')} && ${isWritten('backend', 'mcp', 'authentication')})`,
    {
      path: 'backend.mcp.authentication',
      message: '`traffic.jwtAuthentication` and `backend.mcp.authentication` exclude each other',
      hint: 'keep the first, which takes the token out of the request',
    },
  ),
  everyTarget('frontendOnGateway', 'has(self.frontend)', isOfKind('Gateway'), {
    path: 'kind',
    message: '`frontend` applies to Gateways only',
  }),
  everyTarget(
    'connectionOnWholePort',
    `has(self.frontend) && (${CONNECTION_FIELDS.map((name) => `has(self.frontend.${name})`).join(' || ')})`,
    isWhole,
    {
      path: 'sectionName',
      message: `${CONNECTION_FIELDS.join(', ')} of \`frontend\` apply to whole ports, not to one listener`,
      hint: 'remove `sectionName`, or write `port`',
    },
  ),
  everyTarget(
    'portForFrontendAlone',
    '!has(self.frontend) || has(self.traffic) || has(self.backend)',
    (target) => `!has(${target}.port)`,
    {
      path: 'port',
      message: '`port` needs a policy with `frontend` and nothing else',
      hint: 'name the listener with `sectionName`',
    },
  ),
  everyTarget(
    'trafficTargets',
    'has(self.traffic)',
    isOfKind('Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet', 'InferencePool'),
    {
      path: 'kind',
      message: '`traffic` applies to Gateway, ListenerSet, HTTPRoute, GRPCRoute and InferencePool',
    },
  ),
  everyTarget(
    'preRoutingTargets',
    `${isWritten('traffic', 'phase')} && self.traffic.phase == 'PreRouting'`,
    isOfKind('Gateway', 'ListenerSet'),
    {
      path: 'kind',
      message: 'in phase PreRouting no route is chosen yet: target a Gateway or a ListenerSet',
    },
  ),
];

function isNotService(target: string): string {
  return `${target}.kind != 'Service'`;
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
  definitions: {
    ...AGENTGATEWAY_DEFINITIONS,
    ...TRAFFIC_DEFINITIONS,
    ...FRONTEND_DEFINITIONS,
    ...BACKEND_POLICIES_DEFINITIONS,
  },
  spec: {
    type: 'object',
    description: 'What the policy applies to, and what it says.',
    properties: {
      targetRefs: TARGET_REFS,
      targetSelectors: TARGET_SELECTORS,
      strategy: {
        type: 'object',
        description: 'How the policy goes together with others on the way of a request.',
        properties: {
          inheritance: {
            type: 'string',
            description:
              'Which policy counts where several set the same field: with `Default` that of the more specific target replaces the whole field (a route’s that of its Gateway), `Override` keeps this one from being replaced. Authorization adds up instead. @default - Default',
            enum: ['Default', 'Override'],
          },
        },
      },
      traffic: TRAFFIC,
      frontend: FRONTEND,
      backend: BACKEND_POLICIES,
    },
    rules: RULES,
  },
};
