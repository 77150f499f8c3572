import { IMMUTABLE } from '../rule';
import type { Kind } from '../schema';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

export const GATEWAY_CLASS: Kind = {
  group: GATEWAY_API,
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  shortNames: ['gc'],
  scope: 'Cluster',
  versions: ['v1', 'v1beta1'],
  status: true,
  description:
    'Names the controller that runs Gateways of this class. agentgateway installs `agentgateway`.',
  definitions: GATEWAY_API_DEFINITIONS,
  spec: {
    type: 'object',
    description: 'Which controller runs the class, and with what parameters.',
    properties: {
      controllerName: {
        type: 'string',
        description: 'The controller, as a path below a domain: `agentgateway.dev/agentgateway`.',
        minLength: 1,
        maxLength: 253,
        pattern:
          "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
        patternMeans: 'a domain and a path, such as `agentgateway.dev/agentgateway`',
        rules: [IMMUTABLE],
      },
      description: { type: 'string', description: 'A note for people.', maxLength: 64 },
      parametersRef: {
        $ref: '#/$defs/ObjectReference',
        description: 'Settings of the class, for agentgateway an AgentgatewayParameters.',
      },
    },
    required: ['controllerName'],
  },
};
