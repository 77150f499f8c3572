import type { Definitions } from '../schema';
import { object, ref } from './shared';

export const MIRROR: Definitions = {
  RequestMirror: object(
    'Sends a copy of requests elsewhere; its answers are thrown away.',
    {
      backend: ref('Target', { description: 'Who gets the copies.' }),
      percentage: {
        type: 'number',
        description: 'The share that is copied, from 0 to 1.',
        minimum: 0,
        maximum: 1,
      },
    },
    { required: ['backend', 'percentage'] },
  ),
};
