import { atLeastOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { failureMode } from './shared';

export const BUFFER: Schema = {
  type: 'object',
  description:
    'Reads whole bodies before they go on, for backends and clients that cannot take them in parts. Of several policies on the way of a request the one of the least specific target counts, unlike everywhere else.',
  properties: {
    request: {
      $ref: '#/$defs/BodyBuffer',
      description: 'Bodies of requests; a longer one is answered 413. @default - not buffered',
    },
    response: {
      $ref: '#/$defs/BodyBuffer',
      description:
        'Bodies of responses; a longer one is answered 502. Streams reach the client only when they end. @default - not buffered',
    },
  },
  rules: [atLeastOneOf('request', 'response')],
};

export const BUFFER_DEFINITIONS: Definitions = {
  BodyBuffer: {
    type: 'object',
    description: 'How much is buffered.',
    properties: {
      maxBytes: {
        $ref: '#/$defs/ByteSize',
        description:
          'The longest body, such as `1Mi`. @default - the limit of the listener, 2 MiB unless `frontend.http.maxBufferSize` says otherwise',
      },
      failureMode: failureMode(
        'What happens to a longer body: `FailClosed` refuses it, `FailOpen` passes it on unbuffered.',
      ),
    },
  },
};
