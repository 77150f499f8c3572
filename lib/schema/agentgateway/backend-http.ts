import type { Definitions } from '../schema';
import { duration } from './shared';

export const BACKEND_HTTP_DEFINITIONS: Definitions = {
  BackendHTTP: {
    type: 'object',
    description: 'How HTTP is spoken to the backend.',
    properties: {
      version: {
        type: 'string',
        description:
          'The version of HTTP; HTTP2 without TLS is spoken from the first byte (h2c). @default - what the port of the Service or TLS says, HTTP2 for gRPC, else HTTP1',
        enum: ['HTTP1', 'HTTP2'],
      },
      requestTimeout: duration(
        'How long one call may take, from sending it to the last byte of the answer; then the client gets 504. Each retry has as long again. @default - no limit',
        '1ms',
      ),
    },
  },
};
