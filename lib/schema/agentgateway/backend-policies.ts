import { atLeastOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { AI_POLICIES_DEFINITIONS } from './ai-policies';
import { BACKEND_AUTH_DEFINITIONS } from './backend-auth';
import { BACKEND_HEALTH_DEFINITIONS } from './backend-health';
import { BACKEND_HTTP_DEFINITIONS } from './backend-http';
import { BACKEND_TCP_DEFINITIONS } from './backend-tcp';
import { BACKEND_TLS_DEFINITIONS } from './backend-tls';
import { EXT_AUTH_DEFINITIONS } from './ext-auth';
import { MCP_POLICIES_DEFINITIONS } from './mcp-policies';
import { AGENTGATEWAY_DEFINITIONS } from './shared';
import { TRANSFORMATION_DEFINITIONS } from './transformation';
import { TUNNEL_DEFINITIONS } from './tunnel';

/** How any server is called. */
export const CONNECTION_POLICIES: Readonly<Record<string, Schema>> = {
  auth: { $ref: '#/$defs/BackendAuth' },
  tls: {
    $ref: '#/$defs/BackendTLS',
    description:
      'Connects by TLS: `{}` with the certificate authorities of the operating system. @default - no TLS, but for LLM providers at their own hosts',
  },
  http: { $ref: '#/$defs/BackendHTTP' },
  tcp: { $ref: '#/$defs/BackendTCP' },
  tunnel: { $ref: '#/$defs/Tunnel' },
};

/** How a provider of language models is called. */
export const PROVIDER_POLICIES: Readonly<Record<string, Schema>> = {
  ...CONNECTION_POLICIES,
  ai: { $ref: '#/$defs/AIPolicies' },
  health: { $ref: '#/$defs/Health' },
  transformation: {
    $ref: '#/$defs/Transformation',
    description: 'Changes requests on their way to this backend, and its answers.',
  },
};

/** Every definition that `BACKEND_POLICIES` leads to. */
export const BACKEND_POLICIES_DEFINITIONS: Definitions = {
  ...AGENTGATEWAY_DEFINITIONS,
  ...AI_POLICIES_DEFINITIONS,
  ...BACKEND_AUTH_DEFINITIONS,
  ...BACKEND_HEALTH_DEFINITIONS,
  ...BACKEND_HTTP_DEFINITIONS,
  ...BACKEND_TCP_DEFINITIONS,
  ...BACKEND_TLS_DEFINITIONS,
  ...EXT_AUTH_DEFINITIONS,
  ...MCP_POLICIES_DEFINITIONS,
  ...TRANSFORMATION_DEFINITIONS,
  ...TUNNEL_DEFINITIONS,
  BackendPolicies: {
    type: 'object',
    description: 'How a backend is called, and what may be done with it.',
    properties: {
      ...PROVIDER_POLICIES,
      extAuth: {
        $ref: '#/$defs/BackendExtAuth',
        description:
          'Asks another service about each request to this backend, after everything that routes decide.',
      },
      mcp: { $ref: '#/$defs/MCPPolicies' },
    },
    rules: [
      atLeastOneOf(
        'ai',
        'auth',
        'extAuth',
        'health',
        'http',
        'mcp',
        'tcp',
        'tls',
        'transformation',
        'tunnel',
      ),
    ],
  },
};

/** `spec.backend` of a policy and `spec.policies` of a backend. */
export const BACKEND_POLICIES: Schema = { $ref: '#/$defs/BackendPolicies' };
