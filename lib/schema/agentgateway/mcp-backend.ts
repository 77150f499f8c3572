import { atLeastOneOf, cel, exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { CONNECTION_POLICIES } from './backend-policies';
import { failureMode } from './shared';

export const MCP_BACKEND_DEFINITIONS: Definitions = {
  MCPBackend: {
    type: 'object',
    description: 'MCP servers that clients see as one.',
    properties: {
      targets: {
        type: 'array',
        description:
          'The servers. With several, their tools are called `<target>_<tool>` (see `prefixMode`).',
        items: { $ref: '#/$defs/MCPTarget' },
        minItems: 1,
        maxItems: 128,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      sessionRouting: {
        type: 'string',
        description:
          '`Stateful` keeps a session with the same servers from its first request to its last; `Stateless` connects anew for each request, for servers that keep nothing. @default - Stateful',
        enum: ['Stateful', 'Stateless'],
      },
      prefixMode: {
        type: 'string',
        description:
          'Whether names of tools, prompts and resources begin with that of their target. `Never` drops what two targets call alike, and asks all of them before each call. @default - Conditional: only where there are several targets',
        enum: ['Always', 'Conditional', 'Never'],
      },
      failureMode: failureMode(
        'Whether a session goes on with the other targets (`FailOpen`) or fails while one cannot be reached.',
      ),
    },
    required: ['targets'],
  },
  MCPTarget: {
    type: 'object',
    description: 'One server, or all Services with certain labels.',
    properties: {
      name: {
        $ref: '#/$defs/DnsName',
        description: 'What clients see before the names of its tools, and `mcp.tool.target` says.',
      },
      static: { $ref: '#/$defs/MCPStaticTarget' },
      selector: { $ref: '#/$defs/MCPTargetSelector' },
    },
    required: ['name'],
    rules: [exactlyOneOf('selector', 'static')],
  },
  MCPStaticTarget: {
    type: 'object',
    description: 'A server by host or Service.',
    properties: {
      host: {
        type: 'string',
        description: 'A host name or an IP address.',
        minLength: 1,
        maxLength: 256,
      },
      backendRef: {
        $ref: '#/$defs/NameReference',
        description:
          'A Service of the same namespace, by its name alone. Policies for it go into an AgentgatewayPolicy.',
      },
      port: { $ref: '#/$defs/Port', description: 'The port of the host or Service.' },
      path: {
        type: 'string',
        description: 'The path of the MCP endpoint. @default - /mcp, or /sse with protocol SSE',
        minLength: 1,
        maxLength: 1024,
      },
      protocol: {
        type: 'string',
        description:
          'How it speaks: `StreamableHTTP`, or `SSE` as servers before 2025 do. @default - StreamableHTTP',
        enum: ['SSE', 'StreamableHTTP'],
      },
      policies: {
        type: 'object',
        description: 'How this server is called; the backend’s own policies stand behind these.',
        properties: CONNECTION_POLICIES,
      },
    },
    required: ['port'],
    rules: [
      cel('!has(self.backendRef) || !has(self.policies)', {
        path: 'policies',
        message: '`policies` are for a target with a `host`',
        hint: 'write an AgentgatewayPolicy that targets the Service',
        code: 'Forbidden',
      }),
      exactlyOneOf('host', 'backendRef'),
    ],
  },
  MCPTargetSelector: {
    type: 'object',
    description:
      'Services by their labels, now and later. Only ports with `appProtocol: agentgateway.dev/mcp` (or `…/mcp-sse`) count; the annotation `agentgateway.dev/mcp-path` says another path.',
    properties: {
      services: { $ref: '#/$defs/LabelSelector', description: 'Services with these labels.' },
      namespaces: {
        $ref: '#/$defs/LabelSelector',
        description: 'In namespaces with these labels. @default - the namespace of the backend',
      },
    },
    rules: [atLeastOneOf('namespaces', 'services')],
  },
};
