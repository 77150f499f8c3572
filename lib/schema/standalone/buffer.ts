import type { Definitions } from '../schema';
import { choice, object, optional, size } from './shared';

export const BUFFER: Definitions = {
  Buffer: object('Holds bodies until they are whole.', {
    request: optional('BufferBody', { description: 'The body of the request.' }),
    response: optional('BufferBody', { description: 'The body of the answer.' }),
  }),
  BufferBody: object('How a body is held.', {
    maxBytes: size('How many bytes at the most. @default - `frontendPolicies.http.maxBufferSize`'),
    failureMode: choice(
      'What happens to longer ones: they are refused, or pass as they come.',
      ['failClosed', 'failOpen'],
      'failClosed',
    ),
  }),
};
