import { cel } from '../rule';
import type { Definitions } from '../schema';
import { names, TOKEN_ENDPOINT_PATH, URL_HAS_PATH } from './oauth-token-exchange';
import { BACKEND_OR_URL } from './shared';

export const CROSS_APP_ACCESS_DEFINITIONS: Definitions = {
  CrossAppAccess: {
    type: 'object',
    description:
      'Exchanges the token of the caller twice: at the identity provider of the company for an assertion (ID-JAG), and that at the authorization server of another application for a token that its backend takes.',
    properties: {
      identityProvider: {
        $ref: '#/$defs/CrossAppAccessEndpoint',
        description: 'Who knows the caller and gives the assertion.',
      },
      resourceAuthorizationServer: {
        $ref: '#/$defs/CrossAppAccessEndpoint',
        description: 'Who takes the assertion and gives the token for the backend.',
      },
      audience: {
        type: 'string',
        description: 'The issuer of the second server, which the assertion is for.',
        minLength: 1,
        maxLength: 256,
      },
      subjectToken: {
        $ref: '#/$defs/OAuthSubjectToken',
        description: 'The token that the caller has. @default - the bearer token of the request',
        rules: [
          cel(
            "!has(self.tokenType) || !(self.tokenType in ['IdJag', 'urn:ietf:params:oauth:token-type:id-jag'])",
            {
              path: 'tokenType',
              message: 'an ID-JAG is what is asked for, not what the caller has',
              hint: 'write `IdToken`, `AccessToken` or `Jwt`',
            },
          ),
        ],
      },
      scopes: names('What the assertion may be used for.'),
      resources: names('The URLs that the assertion is for (RFC 8707).'),
      accessTokenScopes: {
        type: 'array',
        description:
          'What the token for the backend may be used for, where that is not what `scopes` says; an empty list asks for nothing in particular.',
        items: { type: 'string' },
        maxItems: 64,
      },
      cache: {
        $ref: '#/$defs/OAuthTokenCache',
        description: 'How many tokens for the backend are kept, and for how long.',
      },
    },
    required: ['audience', 'identityProvider', 'resourceAuthorizationServer'],
  },
  CrossAppAccessEndpoint: {
    type: 'object',
    description: 'A token endpoint, and who the gateway is there.',
    properties: {
      backendRef: {
        $ref: '#/$defs/BackendReference',
        description: 'The server, with the token endpoint at `path`.',
      },
      url: { $ref: '#/$defs/HttpURL', description: 'The token endpoint.' },
      path: TOKEN_ENDPOINT_PATH,
      clientAuth: { $ref: '#/$defs/OAuthClientAuth' },
    },
    required: ['clientAuth'],
    rules: [URL_HAS_PATH, BACKEND_OR_URL],
  },
};
