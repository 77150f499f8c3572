import { has } from '../json';
import { atLeastOneOf, exactlyOneOf, excludes, ifThen, predicate } from '../rule';
import type { Kind } from '../schema';
import { AGENTGATEWAY, AGENTGATEWAY_DEFINITIONS, isWritten, notYetStated } from './shared';

/** Known by name; the next issue states them. */
const NOT_YET_STATED = ['a2a', 'ai', 'aws', 'dynamicForwardProxy', 'mcp'];

/** Known by name; the next issue states them. */
const POLICIES_NOT_YET_STATED = [
  'ai',
  'auth',
  'extAuth',
  'health',
  'mcp',
  'tls',
  'transformation',
  'tunnel',
];

function belongsTo(name: string) {
  return ifThen(`belongsTo(${name})`, isWritten('policies', name), (spec) => has(spec, name), {
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
  definitions: AGENTGATEWAY_DEFINITIONS,
  spec: {
    type: 'object',
    description: 'One kind of backend, and how it is called.',
    properties: {
      ...notYetStated(NOT_YET_STATED),
      static: {
        type: 'object',
        description: 'A host and port, or a Unix socket.',
        properties: {
          host: {
            type: 'string',
            description: 'A host name or an IP address.',
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
          predicate(
            'hostAndPort',
            (self) => has(self, 'unixPath') || (has(self, 'host') && has(self, 'port')),
            {
              path: '',
              message: '`host` and `port`, or `unixPath`, are required',
              code: 'Required',
            },
          ),
          excludes('unixPath', ['host', 'port'], '`unixPath` takes their place'),
        ],
      },
      policies: {
        type: 'object',
        description: 'How the backend is called.',
        properties: {
          ...notYetStated(POLICIES_NOT_YET_STATED),
          http: { $ref: '#/$defs/BackendHTTP' },
          tcp: { $ref: '#/$defs/BackendTCP' },
        },
        rules: [atLeastOneOf(...POLICIES_NOT_YET_STATED, 'http', 'tcp')],
      },
    },
    rules: [
      exactlyOneOf('ai', 'static', 'dynamicForwardProxy', 'mcp', 'aws', 'a2a'),
      belongsTo('ai'),
      belongsTo('mcp'),
    ],
  },
};
