import type { Definitions } from '../schema';
import { BACKEND_OR_URL, URL_WITHOUT_PATH } from './shared';

export const TUNNEL_DEFINITIONS: Definitions = {
  Tunnel: {
    type: 'object',
    description: 'Reaches the backend through a proxy, by CONNECT.',
    properties: {
      backendRef: { $ref: '#/$defs/BackendReference', description: 'The proxy.' },
      url: {
        $ref: '#/$defs/HttpURL',
        description: 'The proxy by scheme, host and port: `http://proxy.example.com:3128`.',
      },
    },
    rules: [BACKEND_OR_URL, URL_WITHOUT_PATH],
  },
};
