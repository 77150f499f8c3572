import { cel, excludes } from '../rule';
import type { Definitions } from '../schema';
import { BACKEND_OR_URL, duration } from './shared';

export const REMOTE_JWKS_DEFINITIONS: Definitions = {
  RemoteJWKS: {
    type: 'object',
    description: 'A key set that is fetched, and fetched again from time to time.',
    properties: {
      url: {
        $ref: '#/$defs/HttpURL',
        description: 'Where the key set is, such as `https://issuer.example.com/jwks.json`.',
      },
      backendRef: {
        $ref: '#/$defs/BackendReference',
        description: 'Who serves the key set, where that is an object of the cluster.',
      },
      jwksPath: {
        type: 'string',
        description:
          'The path of the key set at the backend, such as `/realms/shop/protocol/openid-connect/certs`; only with `backendRef`.',
        minLength: 1,
        maxLength: 1024,
      },
      cacheDuration: {
        ...duration(
          'How long the key set is kept before it is fetched again; at least 5m. Keys that an issuer withdraws are accepted for as long.',
          '5m',
        ),
        default: '5m',
      },
    },
    rules: [
      BACKEND_OR_URL,
      cel('!has(self.backendRef) || has(self.jwksPath)', {
        path: 'jwksPath',
        message: '`jwksPath` is required with `backendRef`',
        hint: 'write the path at which the backend serves its key set',
        code: 'Required',
      }),
      excludes('url', ['jwksPath'], '`url` has the path already'),
    ],
  },
};
