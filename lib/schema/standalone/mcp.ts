import type { Schema } from '../schema';
import { gatewaysExclude } from './gateways-exclude';
import { MCP_BACKEND_PROPERTIES } from './mcp-backend';
import { object, optional, PORT, ref } from './shared';

export const MCP: Schema = {
  ...object(
    'MCP servers, in short: a port and the servers behind it.',
    {
      gateways: ref('GatewayRefs', {
        description: 'Entries of `gateways` to serve on, in place of a port of its own.',
      }),
      port: { ...PORT, description: 'Its port.', default: 3000, nullable: true },
      ...MCP_BACKEND_PROPERTIES,
      policies: optional('RoutePolicies'),
    },
    { required: ['targets'], rules: [gatewaysExclude('port')] },
  ),
  nullable: true,
};
