import type { Definitions } from '../schema';
import { duration, flag, object, ref, requiredDuration, whole } from './shared';

export const BACKEND_TCP: Definitions = {
  Keepalive: object('Probes that find out whether a silent connection still lives.', {
    enabled: flag('Whether there are any.', true),
    time: duration('How long a connection is silent before the first.', {
      nullable: false,
      default: '3m0s',
    }),
    interval: duration('How long between them.', { nullable: false, default: '3m0s' }),
    retries: whole('How many may go unanswered.', 32, { default: 9 }),
  }),
  BackendTcp: object(
    'Connections to the backend; both settings must be written.',
    {
      keepalives: ref('Keepalive'),
      connectTimeout: requiredDuration('How long connecting may take.'),
    },
    { required: ['keepalives', 'connectTimeout'] },
  ),
};
