import type { Definitions } from '../schema';
import { duration, object } from './shared';

export const BACKEND_HTTP: Definitions = {
  BackendHttp: object('How HTTP is spoken to the backend.', {
    version: {
      type: 'string',
      description: 'The version of HTTP. @default - that of the request',
      pattern: '^HTTP/(1\\.1|2\\.0)$',
      patternMeans: '`HTTP/1.1` or `HTTP/2.0`',
      nullable: true,
    },
    requestTimeout: duration('How long one call may take.'),
  }),
};
