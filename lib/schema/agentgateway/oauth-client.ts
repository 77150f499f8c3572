import { cel } from '../rule';
import type { Definitions, Schema } from '../schema';
import { duration } from './shared';

/** What a private key of the gateway can sign with. */
export function signatureAlgorithm(description: string): Schema {
  return {
    type: 'string',
    description: `${description} @default - RS256`,
    enum: ['ES256', 'ES384', 'PS256', 'RS256', 'RS384', 'RS512'],
  };
}

/** Asking an authorization server for tokens, which token exchange and cross app access share. */
export const OAUTH_CLIENT_DEFINITIONS: Definitions = {
  OAuthClientAuth: {
    type: 'object',
    description: 'How the gateway says to an authorization server which client it is.',
    properties: {
      clientId: { type: 'string', description: 'The client.', minLength: 1 },
      method: {
        type: 'string',
        description:
          '`ClientSecretBasic` sends the secret in the Authorization header, `ClientSecretPost` in the form, where a public client may have none; `PrivateKeyJwt` signs an assertion. @default - ClientSecretBasic',
        enum: ['ClientSecretBasic', 'ClientSecretPost', 'PrivateKeyJwt'],
      },
      secretRef: {
        $ref: '#/$defs/SecretKeyReference',
        description: 'The secret of the client, in the entry `clientSecret` unless `key` says so.',
      },
      privateKeyJwt: {
        $ref: '#/$defs/OAuthPrivateKeyJWT',
        description: 'The assertion for `method: PrivateKeyJwt` (RFC 7523).',
      },
    },
    required: ['clientId'],
    rules: [
      cel("!has(self.privateKeyJwt) || (has(self.method) && self.method == 'PrivateKeyJwt')", {
        path: 'privateKeyJwt',
        message: '`privateKeyJwt` needs `method: PrivateKeyJwt`',
        code: 'Forbidden',
      }),
      cel("has(self.privateKeyJwt) || !has(self.method) || self.method != 'PrivateKeyJwt'", {
        path: 'privateKeyJwt',
        message: '`privateKeyJwt` is required with `method: PrivateKeyJwt`',
        code: 'Required',
      }),
      cel("!has(self.secretRef) || !has(self.method) || self.method != 'PrivateKeyJwt'", {
        path: 'secretRef',
        message: 'with `method: PrivateKeyJwt` the client signs and has no secret',
        hint: 'remove `secretRef`',
        code: 'Forbidden',
      }),
      cel(
        "has(self.secretRef) || has(self.privateKeyJwt) || (has(self.method) && self.method in ['ClientSecretPost', 'PrivateKeyJwt'])",
        {
          path: 'secretRef',
          message: 'the client needs its secret here',
          hint: 'write `secretRef`, or `method: PrivateKeyJwt`, or `method: ClientSecretPost` for a public client',
          code: 'Required',
        },
      ),
    ],
  },
  OAuthPrivateKeyJWT: {
    type: 'object',
    description: 'An assertion that the gateway signs in place of sending a secret.',
    properties: {
      signingKeyRef: {
        $ref: '#/$defs/SecretKeyReference',
        description: 'The private key in PEM, in the entry `signingKey` unless `key` says so.',
      },
      alg: signatureAlgorithm('How it is signed; the kind of key decides what is possible.'),
      kid: {
        type: 'string',
        description: 'Under which name the authorization server knows the key. @default - none',
      },
      assertionAudience: {
        type: 'string',
        description:
          'Whom the assertion is for: the token endpoint or the issuer, as the authorization server asks.',
        minLength: 1,
      },
      certificateRef: {
        $ref: '#/$defs/SecretKeyReference',
        description:
          'The certificate of the key in PEM, in the entry `certificate` unless `key` says so; for servers that know clients by certificates.',
      },
      certificateHeader: {
        type: 'string',
        description: 'Whether the certificate itself is shown (`x5c`) or its hash (`x5t#S256`).',
        enum: ['x5c', 'x5t#S256'],
      },
    },
    required: ['assertionAudience', 'signingKeyRef'],
    rules: [
      cel('has(self.certificateRef) == has(self.certificateHeader)', {
        path: '',
        message: '`certificateRef` and `certificateHeader` go together; write both or neither',
      }),
    ],
  },
  OAuthTokenCache: {
    type: 'object',
    description: 'Where tokens are kept until they expire, so that not every request asks for one.',
    properties: {
      inMemory: {
        type: 'object',
        description: 'In the memory of each gateway.',
        properties: {
          maxEntries: {
            type: 'integer',
            description: 'How many tokens are kept; those used longest ago go first.',
            format: 'int32',
          },
          defaultTtl: duration('How long a token is kept that does not say when it expires.', '1s'),
        },
      },
    },
  },
  OAuthSubjectToken: {
    type: 'object',
    description: 'The token that the caller has.',
    properties: {
      source: {
        $ref: '#/$defs/CredentialLocation',
        description: 'Where it is. @default - in the Authorization header, after `Bearer `',
      },
      tokenType: {
        type: 'string',
        description:
          'What it is: `AccessToken`, `Jwt`, `IdToken`, or any URN. @default - AccessToken',
      },
    },
  },
};
