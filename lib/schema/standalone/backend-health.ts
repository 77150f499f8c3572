import type { Definitions, Schema } from '../schema';
import { duration, object, optional } from './shared';

function share(description: string): Schema {
  return { type: 'number', description, minimum: 0, maximum: 1, nullable: true };
}

export const BACKEND_HEALTH: Definitions = {
  Health: object('Leaves out backends that fail, for a while.', {
    unhealthyExpression: optional('Expression', {
      description: 'Which answers count as failed. @default - status 500 and above',
    }),
    eviction: optional('Eviction'),
  }),
  Eviction: object('When a backend is left out, and for how long.', {
    duration: duration('How long.'),
    restoreHealth: share('Its health when it comes back, from 0 to 1.'),
    consecutiveFailures: {
      type: 'integer',
      format: 'int32',
      description: 'How many failures in a row.',
      minimum: 0,
      nullable: true,
    },
    healthThreshold: share('The health below which it is left out, from 0 to 1.'),
  }),
};
