import type { Definitions } from '../schema';
import { duration } from './shared';

export const BACKEND_TCP_DEFINITIONS: Definitions = {
  BackendTCP: {
    type: 'object',
    description: 'How connections to the backend are made and kept.',
    properties: {
      connectTimeout: duration(
        'How long connecting may take, before the call counts as failed. @default - 10s',
        '100ms',
      ),
      keepalive: {
        $ref: '#/$defs/Keepalive',
        description:
          'Probes that find out whether the other side of an idle connection is still there. @default - on',
      },
    },
  },
};
