import { atLeastOneOf } from '../rule';
import type { Definitions } from '../schema';
import { AUTHORIZATION_DEFINITIONS } from './authorization';

import { MCP_AUTHENTICATION_DEFINITIONS } from './mcp-authentication';
import { MCP_GUARDRAILS_DEFINITIONS } from './mcp-guardrails';
import { REMOTE_JWKS_DEFINITIONS } from './remote-jwks';

export const MCP_POLICIES_DEFINITIONS: Definitions = {
  ...AUTHORIZATION_DEFINITIONS,
  ...REMOTE_JWKS_DEFINITIONS,
  ...MCP_AUTHENTICATION_DEFINITIONS,
  ...MCP_GUARDRAILS_DEFINITIONS,
  MCPPolicies: {
    type: 'object',
    description: 'Who may use an MCP backend, and which of its tools, prompts and resources.',
    properties: {
      authorization: {
        $ref: '#/$defs/Authorization',
        description:
          'Decides for each tool, prompt, resource and task: `mcp.tool.name == "add" && jwt.sub == "alice"`. What is refused is not listed either. Once one expression allows a tool, everything that none allows is refused, prompts and resources too.',
      },
      authentication: {
        $ref: '#/$defs/MCPAuthentication',
        deprecated:
          'write `traffic.jwtAuthentication` with `mcp`, in a policy for the route, where it runs before anything else reads the request',
      },
      guardrails: { $ref: '#/$defs/MCPGuardrails' },
    },
    rules: [atLeastOneOf('authentication', 'authorization', 'guardrails')],
  },
};
