import { cel, excludes, forbidden } from '../rule';
import type { Definitions, Schema } from '../schema';
import { BACKEND_OR_URL } from './shared';

/** The token endpoint of an authorization server, whose URL has its path already. */
export const URL_HAS_PATH = excludes('url', ['path'], '`url` has the path already');

export function names(description: string, items: Schema = { type: 'string' }): Schema {
  return { type: 'array', description, items, minItems: 1, maxItems: 64 };
}

export const TOKEN_ENDPOINT_PATH: Schema = {
  type: 'string',
  description: 'The path of the token endpoint at `backendRef`, such as `/oauth2/token`.',
  pattern: '^/',
  patternMeans: 'a path that begins with `/`',
};

const JWT_BEARER = "has(self.grantType) && self.grantType == 'JwtBearer'";

export const OAUTH_TOKEN_EXCHANGE_DEFINITIONS: Definitions = {
  OAuthTokenExchange: {
    type: 'object',
    description:
      'Exchanges the token of the caller for one that the backend takes, so that it still knows who calls (RFC 8693).',
    properties: {
      backendRef: {
        $ref: '#/$defs/BackendReference',
        description: 'The authorization server, with the token endpoint at `path`.',
      },
      url: { $ref: '#/$defs/HttpURL', description: 'The token endpoint.' },
      path: TOKEN_ENDPOINT_PATH,
      grantType: {
        type: 'string',
        description:
          '`TokenExchange` asks as RFC 8693 has it, `JwtBearer` sends the token as an assertion (RFC 7523), as the on-behalf-of flow of Entra does. @default - TokenExchange',
        enum: ['JwtBearer', 'TokenExchange'],
      },
      clientAuth: {
        $ref: '#/$defs/OAuthClientAuth',
        description: 'How the gateway says which client it is. @default - it does not say',
      },
      subjectToken: { $ref: '#/$defs/OAuthSubjectToken' },
      actorToken: { $ref: '#/$defs/OAuthActorToken' },
      requestedTokenType: {
        type: 'string',
        description:
          'What kind of token is asked for; `IdJag` belongs to `crossAppAccess`. @default - what the authorization server gives',
        enum: ['AccessToken', 'Jwt', 'IdToken', 'IdJag'],
      },
      audiences: names('Whom the new token is for.', {
        type: 'string',
        minLength: 1,
        maxLength: 256,
      }),
      resources: names('The URLs that the new token is for (RFC 8707).'),
      scopes: names('What the new token may be used for.'),
      additionalParams: {
        type: 'object',
        description:
          'Further parameters of the token request: names, and expressions that give the values.',
        additionalProperties: { $ref: '#/$defs/Expression' },
        maxProperties: 64,
      },
      location: {
        $ref: '#/$defs/CredentialPlace',
        description:
          'Where the backend gets the new token. @default - the Authorization header, after `Bearer `',
      },
      cache: {
        $ref: '#/$defs/OAuthTokenCache',
        description: 'How many new tokens are kept, and for how long.',
      },
    },
    rules: [
      forbidden(
        JWT_BEARER,
        ['actorToken', 'requestedTokenType'],
        '`grantType: JwtBearer` does not have it; write `grantType: TokenExchange`',
      ),
      cel("!has(self.requestedTokenType) || self.requestedTokenType != 'IdJag'", {
        path: 'requestedTokenType',
        message: '`IdJag` is not asked for by a token exchange of its own',
        hint: 'write `crossAppAccess` in place of `oauthTokenExchange`',
      }),
      URL_HAS_PATH,
      BACKEND_OR_URL,
    ],
  },
  OAuthActorToken: {
    type: 'object',
    description: 'Who acts for the caller, as a second token.',
    properties: {
      source: { $ref: '#/$defs/CredentialLocation', description: 'Where that token is.' },
      tokenType: {
        type: 'string',
        description: 'What it is: `AccessToken`, `Jwt`, or any URN. @default - AccessToken',
      },
      mayAct: {
        type: 'string',
        description:
          '`Required` asks for the `may_act` claim of the caller’s token to name this actor. @default - it is not looked at',
        enum: ['Required'],
      },
    },
    required: ['source'],
    rules: [
      cel(
        "!has(self.mayAct) || self.mayAct != 'Required' || (has(self.tokenType) && self.tokenType == 'Jwt')",
        {
          path: 'tokenType',
          message: 'only a JWT can be held against `may_act`',
          hint: 'write `tokenType: Jwt`, or remove `mayAct`',
        },
      ),
    ],
  },
};
