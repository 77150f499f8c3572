import type { Kind, Schema } from '../schema';
import { CONNECTION_RULES, FORMER_CONNECTION_RULES } from './connection-rules';
import { PARENT_REFS, USE_DEFAULT_GATEWAYS } from './parents';
import { ROUTE_DEFINITIONS } from './route';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

function spec(rules: Schema): Schema {
  return {
    type: 'object',
    description: 'Where the route attaches, and where its datagrams go.',
    properties: {
      parentRefs: PARENT_REFS,
      useDefaultGateways: USE_DEFAULT_GATEWAYS,
      rules,
    },
    required: ['rules'],
  };
}

export const UDP_ROUTE: Kind = {
  group: GATEWAY_API,
  kind: 'UDPRoute',
  plural: 'udproutes',
  scope: 'Namespaced',
  versions: ['v1'],
  formerVersions: [{ name: 'v1alpha2', spec: spec(FORMER_CONNECTION_RULES) }],
  status: true,
  description:
    'Hands the datagrams of a UDP listener to backends. agentgateway serves no UDP and reads no such route.',
  definitions: { ...GATEWAY_API_DEFINITIONS, ...ROUTE_DEFINITIONS },
  spec: spec(CONNECTION_RULES),
};
