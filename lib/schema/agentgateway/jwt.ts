import { cel, exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { REMOTE_JWKS_DEFINITIONS } from './remote-jwks';

export const JWT_DEFINITIONS: Definitions = {
  ...REMOTE_JWKS_DEFINITIONS,
  JWTAuthentication: {
    type: 'object',
    description:
      'Lets in who has a signed token (JWT) of one of the providers; its claims are `jwt.<claim>` in expressions. The token is taken out of the request before it goes on.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a valid token, `Optional` lets requests without one pass and refuses invalid ones, `Permissive` refuses nobody. Only `Strict` protects by itself.',
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
        description:
          'Where the token is. Elsewhere than in a header it ends up in logs and histories. @default - the Authorization header, after `Bearer `',
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
          clientId: {
            type: 'string',
            description:
              'The client that every caller is told it is registered as. @default - callers register with the identity provider',
          },
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
      cel('!has(self.mcp) || size(self.providers) == 1', {
        path: 'providers',
        message: 'with `mcp` there must be exactly one provider',
        hint: 'clients are sent to one place to log in: keep one provider, or remove `mcp`',
      }),
      cel("!has(self.mcp) || !has(self.mode) || self.mode == 'Strict'", {
        path: 'mode',
        message: 'with `mcp` the mode must be Strict',
        hint: 'only a refusal tells a client where to log in',
      }),
    ],
  },
  JWTProvider: {
    type: 'object',
    description: 'An issuer of tokens, and its keys.',
    properties: {
      issuer: {
        type: 'string',
        description: 'What the `iss` claim must be, letter by letter, a slash at the end included.',
        minLength: 1,
        maxLength: 256,
      },
      audiences: {
        type: 'array',
        description:
          'One of these must be in the `aud` claim. @default - the claim is not looked at, so that a token of this issuer for any other service is accepted',
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
      remote: {
        $ref: '#/$defs/RemoteJWKS',
        description: 'Where the key set is fetched, so that keys can change.',
      },
      inline: {
        type: 'string',
        description:
          'The key set itself, as JSON: `{"keys": […]}` with public keys that have a `kid`.',
        minLength: 2,
        maxLength: 65536,
        sensitive: true,
      },
    },
    rules: [exactlyOneOf('remote', 'inline')],
  },
};
