import type { Definitions } from '../schema';
import { expression, object } from './shared';

export const DELAY: Definitions = {
  Delay: object(
    'Lets requests wait before they go on.',
    { duration: expression('How long, for example `duration("100ms")`.') },
    { required: ['duration'] },
  ),
};
