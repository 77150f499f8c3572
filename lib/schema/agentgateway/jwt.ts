import { entries, field, has } from '../json';
import { exactlyOneOf, excludes, ifThen } from '../rule';
import type { Definitions } from '../schema';
import { duration } from './shared';

export const JWT_DEFINITIONS: Definitions = {
  JWTAuthentication: {
    type: 'object',
    description:
      'Lets in who has a token of one of the providers. The token is taken out of the request.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a valid token, `Optional` only checks tokens that are sent, `Permissive` refuses nobody.',
        enum: ['Optional', 'Permissive', 'Strict'],
        default: 'Strict',
      },
      providers: {
        type: 'array',
        description:
          'Who issues the tokens; the first whose key set has the key of a token decides.',
        items: { $ref: '#/$defs/JWTProvider' },
        minItems: 1,
        maxItems: 64,
      },
      location: {
        $ref: '#/$defs/CredentialLocation',
        description: 'Where the token is. @default - the Authorization header, after `Bearer `',
      },
      mcp: {
        type: 'object',
        description: 'Tells MCP clients where to get a token, as the MCP specification asks.',
        properties: {
          provider: {
            type: 'string',
            description:
              'The product that the identity provider runs, whose peculiarities are smoothed over.',
            enum: ['Auth0', 'Authentik', 'Descope', 'Entra', 'Keycloak', 'Okta'],
          },
          clientId: { type: 'string', description: 'The client that callers are registered as.' },
          resourceMetadata: {
            type: 'object',
            description:
              'Members of the protected-resource document (RFC 9728), in their camelCase names.',
            additionalProperties: {
              description: 'Any value.',
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
        },
      },
    },
    required: ['providers'],
    rules: [
      ifThen(
        'mcpNeedsOneProvider',
        (self) => has(self, 'mcp'),
        (self) => entries(field(self, 'providers')).length === 1,
        { path: 'providers', message: 'with `mcp` there must be exactly one provider' },
      ),
      ifThen(
        'mcpIsStrict',
        (self) => has(self, 'mcp') && has(self, 'mode'),
        (self) => field(self, 'mode') === 'Strict',
        { path: 'mode', message: 'with `mcp` the mode must be Strict' },
      ),
    ],
  },
  JWTProvider: {
    type: 'object',
    description: 'An issuer of tokens, and its keys.',
    properties: {
      issuer: {
        type: 'string',
        description: 'What the `iss` claim must be, letter by letter.',
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
      jwks: { $ref: '#/$defs/JWKS' },
    },
    required: ['issuer', 'jwks'],
  },
  JWKS: {
    type: 'object',
    description: 'The public keys that tokens are checked with.',
    properties: {
      remote: { $ref: '#/$defs/RemoteJWKS' },
      inline: {
        type: 'string',
        description: 'The key set itself, as JSON.',
        minLength: 2,
        maxLength: 65536,
        sensitive: true,
      },
    },
    rules: [exactlyOneOf('remote', 'inline')],
  },
  RemoteJWKS: {
    type: 'object',
    description: 'A key set that is fetched.',
    properties: {
      url: { $ref: '#/$defs/HttpURL', description: 'Where the key set is.' },
      backendRef: { $ref: '#/$defs/BackendReference', description: 'Who serves the key set.' },
      jwksPath: {
        type: 'string',
        description: 'The path of the key set at the backend.',
        minLength: 1,
        maxLength: 1024,
      },
      cacheDuration: { ...duration('How long the key set is kept.', '5m'), default: '5m' },
    },
    rules: [
      exactlyOneOf('backendRef', 'url'),
      ifThen(
        'backendNeedsPath',
        (self) => has(self, 'backendRef'),
        (self) => has(self, 'jwksPath'),
        {
          path: 'jwksPath',
          message: '`jwksPath` is required with `backendRef`',
          code: 'Required',
        },
      ),
      excludes('url', ['jwksPath'], '`url` has the path already'),
    ],
  },
};
