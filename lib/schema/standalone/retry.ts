import type { Definitions } from '../schema';
import { duration, expression, list, notRun, object, STATUS } from './shared';

export const RETRY: Definitions = {
  Retry: object(
    'Calls a backend again when it failed.',
    {
      attempts: {
        type: 'integer',
        description: 'How many times more.',
        minimum: 1,
        maximum: 255,
        default: 1,
      },
      backoff: duration('How long to wait before each. @default - not at all'),
      codes: list(
        'Statuses that count as failed. A backend that cannot be reached always does.',
        STATUS,
      ),
      precondition: notRun(
        expression('Only requests where this holds are tried again.', { nullable: true }),
      ),
      condition: notRun(
        expression('Answers where this holds count as failed.', { nullable: true }),
      ),
    },
    { required: ['codes'] },
  ),
};
