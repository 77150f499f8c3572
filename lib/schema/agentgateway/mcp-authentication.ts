import type { Definitions } from '../schema';

export const MCP_AUTHENTICATION_DEFINITIONS: Definitions = {
  MCPAuthentication: {
    type: 'object',
    description:
      'Lets MCP clients in that have a token, and tells the others where to get one, as the MCP specification asks.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a valid token, `Optional` only checks tokens that are sent, `Permissive` refuses nobody. Only `Strict` sends clients to log in.',
        enum: ['Optional', 'Permissive', 'Strict'],
        default: 'Strict',
      },
      issuer: {
        type: 'string',
        description:
          'What the `iss` claim must be, letter by letter, and where clients are sent to log in.',
        minLength: 1,
        maxLength: 256,
      },
      audiences: {
        type: 'array',
        description:
          'One of these must be in the `aud` claim. @default - the claim is not looked at',
        items: { type: 'string' },
        minItems: 1,
        maxItems: 64,
      },
      jwks: { $ref: '#/$defs/RemoteJWKS', description: 'Where the public keys are fetched.' },
      provider: {
        type: 'string',
        description:
          'The product that the identity provider runs, whose peculiarities are smoothed over. @default - one that follows the specification',
        enum: ['Auth0', 'Authentik', 'Descope', 'Entra', 'Keycloak', 'Okta'],
      },
      clientId: {
        type: 'string',
        description:
          'The client that every caller is told it is registered as; Authentik and Entra need it. @default - callers register with the identity provider',
      },
      clientSecretRef: {
        $ref: '#/$defs/SecretKeyReference',
        description: 'The secret of that client, in the entry `clientSecret` unless `key` says so.',
      },
      resourceMetadata: {
        type: 'object',
        description:
          'Members of the protected-resource document (RFC 9728), in their camelCase names. `resource` itself comes from the request.',
        additionalProperties: {
          description: 'Any value.',
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
    required: ['jwks'],
  },
};
