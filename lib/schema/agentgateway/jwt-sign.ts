import type { Definitions } from '../schema';
import { signatureAlgorithm } from './oauth-client';
import { duration } from './shared';

export const JWT_SIGN_DEFINITIONS: Definitions = {
  JWTSign: {
    type: 'object',
    description: 'Sends a token that the gateway signs itself for each request.',
    properties: {
      signingKeyRef: {
        $ref: '#/$defs/SecretReference',
        description: 'The private key in PEM, in the entry `signingKey` of a Secret.',
      },
      alg: signatureAlgorithm('How it is signed; the kind of key decides what is possible.'),
      kid: {
        type: 'string',
        description: 'Under which name the backend knows the key. @default - none',
      },
      claims: {
        type: 'object',
        description:
          'What the token says, besides when it was made and when it expires: `iss: gateway`, `aud: …`.',
        additionalProperties: {
          description: 'Any value.',
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
      ttl: duration('How long the token is valid.', '1s'),
      location: {
        $ref: '#/$defs/CredentialPlace',
        description: 'Where it is put. @default - the Authorization header, after `Bearer `',
      },
    },
    required: ['signingKeyRef'],
  },
};
