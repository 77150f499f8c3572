import type { Definitions } from '../schema';
import { choice, expression, object, ref } from './shared';

export const INFERENCE_ROUTING: Definitions = {
  InferenceRouting: object(
    'Asks an endpoint picker which server of models gets a request.',
    {
      endpointPicker: ref('Target', { description: 'The picker.' }),
      destinationMode: choice(
        'Whether its choice is held against what is known, or taken as it is.',
        ['validated', 'passthrough'],
      ),
    },
    { required: ['endpointPicker'] },
  ),
  SessionAffinity: object(
    'Sends requests that belong together to the same endpoint.',
    { source: expression('Requests for which this is equal belong together.') },
    { required: ['source'] },
  ),
};
