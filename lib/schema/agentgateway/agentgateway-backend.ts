import { GATEWAY_API_DEFINITIONS } from '../gateway-api/shared';
import { cel, exactlyOneOf, excludes, type Rule } from '../rule';
import type { Kind } from '../schema';
import { AI_BACKEND_DEFINITIONS } from './ai-backend';
import { BACKEND_POLICIES, BACKEND_POLICIES_DEFINITIONS } from './backend-policies';
import { MCP_BACKEND_DEFINITIONS } from './mcp-backend';
import { AGENTGATEWAY } from './shared';

/** Policies that mean nothing to other backends. */
function belongsTo(name: string): Rule {
  return cel(`!has(self.policies) || !has(self.policies.${name}) || has(self.${name})`, {
    path: `policies.${name}`,
    message: `\`policies.${name}\` needs a backend of that kind`,
    hint: `remove it, or write \`${name}\``,
    code: 'Forbidden',
  });
}

export const AGENTGATEWAY_BACKEND: Kind = {
  group: AGENTGATEWAY,
  kind: 'AgentgatewayBackend',
  plural: 'agentgatewaybackends',
  shortNames: ['agbe'],
  scope: 'Namespaced',
  versions: ['v1alpha1'],
  status: true,
  description:
    'Where requests can go: MCP servers, LLM providers, agents, hosts. Routes name it in `backendRefs`.',
  definitions: {
    ...GATEWAY_API_DEFINITIONS,
    ...BACKEND_POLICIES_DEFINITIONS,
    ...AI_BACKEND_DEFINITIONS,
    ...MCP_BACKEND_DEFINITIONS,
  },
  spec: {
    type: 'object',
    description: 'One kind of backend, and how it is called.',
    properties: {
      ai: { $ref: '#/$defs/AIBackend' },
      mcp: { $ref: '#/$defs/MCPBackend' },
      a2a: {
        type: 'object',
        description:
          'An agent that speaks A2A. The card with which it introduces itself shows the address of the gateway in place of its own.',
        properties: {
          host: {
            type: 'string',
            description: 'A host name or an IP address.',
            minLength: 1,
            maxLength: 256,
          },
          port: { $ref: '#/$defs/Port' },
        },
        required: ['host', 'port'],
      },
      aws: {
        type: 'object',
        description: 'A service of AWS that runs agents.',
        properties: {
          agentCore: {
            type: 'object',
            description: 'An agent on Amazon Bedrock AgentCore; requests are signed for AWS.',
            properties: {
              agentRuntimeArn: {
                type: 'string',
                description:
                  'The agent, `arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/a`.',
              },
              qualifier: {
                type: 'string',
                description: 'The endpoint or version of the agent. @default - DEFAULT',
              },
            },
            required: ['agentRuntimeArn'],
          },
        },
        rules: [exactlyOneOf('agentCore')],
      },
      static: {
        type: 'object',
        description: 'A host and port, or a Unix socket.',
        properties: {
          host: {
            type: 'string',
            description: 'A host name or an IP address, without scheme and port.',
            minLength: 1,
            maxLength: 256,
          },
          port: { $ref: '#/$defs/Port' },
          unixPath: {
            type: 'string',
            description: 'The path of a Unix socket, in place of host and port.',
            minLength: 1,
          },
        },
        rules: [
          cel('has(self.unixPath) || (has(self.host) && has(self.port))', {
            path: '',
            message: '`host` and `port`, or `unixPath`, are required',
            code: 'Required',
          }),
          excludes('unixPath', ['host', 'port'], '`unixPath` takes their place'),
        ],
      },
      dynamicForwardProxy: {
        type: 'object',
        description:
          'The host that the client asks for, whichever it is: write `{}`. Whoever reaches the route reaches everything that the gateway can.',
      },
      policies: BACKEND_POLICIES,
    },
    rules: [
      exactlyOneOf('ai', 'static', 'dynamicForwardProxy', 'mcp', 'aws', 'a2a'),
      belongsTo('ai'),
      belongsTo('mcp'),
    ],
  },
};
