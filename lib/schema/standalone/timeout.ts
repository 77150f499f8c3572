import type { Definitions } from '../schema';
import { duration, object } from './shared';

export const TIMEOUT: Definitions = {
  Timeout: object('How long an answer may take.', {
    requestTimeout: duration('The whole request, retries included.'),
    backendRequestTimeout: duration('One call to a backend.'),
  }),
};
