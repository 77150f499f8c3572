import type { Definitions } from '../schema';
import { object, optional, ref } from './shared';

export const TUNNEL: Definitions = {
  Tunnel: object(
    'Reaches the backend through an HTTP proxy (CONNECT).',
    {
      proxy: ref('Target', { description: 'The proxy.' }),
      policies: optional('TargetPolicies', { description: 'How the proxy is called.' }),
    },
    { required: ['proxy'] },
  ),
};
