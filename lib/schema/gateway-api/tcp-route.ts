import type { Kind, Schema } from '../schema';
import { CONNECTION_RULES, FORMER_CONNECTION_RULES } from './connection-rules';
import { PARENT_REFS, USE_DEFAULT_GATEWAYS } from './parents';
import { ROUTE_DEFINITIONS } from './route';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

function spec(rules: Schema): Schema {
  return {
    type: 'object',
    description: 'Where the route attaches, and where its connections go.',
    properties: {
      parentRefs: PARENT_REFS,
      useDefaultGateways: USE_DEFAULT_GATEWAYS,
      rules,
    },
    required: ['rules'],
  };
}

export const TCP_ROUTE: Kind = {
  group: GATEWAY_API,
  kind: 'TCPRoute',
  plural: 'tcproutes',
  scope: 'Namespaced',
  versions: ['v1'],
  formerVersions: [{ name: 'v1alpha2', spec: spec(FORMER_CONNECTION_RULES) }],
  status: true,
  description:
    'Hands the connections of a TCP listener, or of a TLS listener that terminates, to backends.',
  definitions: { ...GATEWAY_API_DEFINITIONS, ...ROUTE_DEFINITIONS },
  spec: spec(CONNECTION_RULES),
};
