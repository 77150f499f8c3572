import type { Definitions, Schema } from '../schema';
import { cel, forbidden } from './null-safe-rules';
import {
  choice,
  duration,
  expressions,
  flag,
  name,
  object,
  optional,
  ref,
  size,
  text,
  texts,
} from './shared';
import { calling } from './target';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const IS_KEY_JWT = "has(self.method) && self.method == 'privateKeyJwt'";

const SOURCE = ref('CredentialLocation', { description: 'Where the token is in the request.' });

function tokenType(): Schema {
  return { type: 'string', description: 'What kind of token it is.', default: ACCESS_TOKEN };
}

export const OAUTH: Definitions = {
  OAuthTokenExchange: calling(
    "Exchanges the caller's token for one of the backend (RFC 8693, or RFC 7523).",
    {
      policies: optional('TargetPolicies', { description: 'How the token endpoint is called.' }),
      path: name('The path of the token endpoint. @default - /'),
      grantType: choice('The grant.', ['tokenExchange', 'jwtBearer'], 'tokenExchange'),
      subjectToken: object('The token that is exchanged.', {
        source: SOURCE,
        tokenType: tokenType(),
      }),
      actorToken: {
        ...object(
          'The token of who acts for the subject.',
          {
            source: SOURCE,
            tokenType: tokenType(),
            enforceMayAct: flag("Whether the subject's `may_act` must name the actor.", false),
          },
          { required: ['source'] },
        ),
        nullable: true,
      },
      audiences: texts('Whom the new token is for.'),
      scopes: texts('Scopes to ask for.'),
      resources: texts('Resources to ask for.'),
      requestedTokenType: text('What kind of token to ask for. @default - as the server likes'),
      clientAuth: optional('OAuthClientAuth'),
      additionalParams: expressions('Further parameters of the request: names and expressions.'),
      authorizationLocation: ref('CredentialLocation', {
        description: 'Where to put the new token. @default - `Authorization: Bearer`',
      }),
      cache: optional('TokenCache'),
    },
  ),
  CrossAppAccess: object(
    "Gets a token for another application: an assertion of the user's identity provider, then a token of the application's own server.",
    {
      identityProvider: ref('CrossAppEndpoint', { description: 'Who gives the assertion.' }),
      resourceAuthorizationServer: ref('CrossAppEndpoint', { description: 'Who gives the token.' }),
      audience: name('Whom the assertion is for.'),
      resources: texts('Resources to ask for.'),
      scopes: texts('Scopes to ask the identity provider for.'),
      accessTokenScopes: {
        ...texts('Scopes to ask the other server for. @default - as `scopes`'),
        nullable: true,
      },
      subjectToken: {
        ...object("The user's token.", {
          source: SOURCE,
          tokenType: name('What kind of token it is. @default - an ID token'),
        }),
        nullable: true,
      },
      cache: optional('TokenCache'),
    },
    { required: ['identityProvider', 'resourceAuthorizationServer', 'audience'] },
  ),
  CrossAppEndpoint: calling(
    'A token endpoint.',
    {
      policies: optional('TargetPolicies', { description: 'How it is called.' }),
      path: name('Its path.'),
      clientAuth: ref('OAuthClientAuth'),
    },
    { required: ['clientAuth'] },
  ),
  OAuthClientAuth: object(
    'How the gateway authenticates at the token endpoint.',
    {
      method: choice(
        'How: name and secret in `Authorization` or in the body, or a signed assertion.',
        ['clientSecretBasic', 'clientSecretPost', 'privateKeyJwt'],
        'clientSecretBasic',
      ),
      clientId: name('The client that is registered with the server.'),
      clientSecret: optional('FileOrInline', { description: "The client's secret." }),
      signingKey: ref('FileOrInline', { description: 'The key that signs assertions, as PEM.' }),
      certificate: optional('FileOrInline', { description: 'Its certificate, as PEM.' }),
      certificateHeader: {
        ...choice('How the assertion names the certificate.', ['x5c', 'x5t#S256']),
        nullable: true,
      },
      alg: ref('SigningAlgorithm', { default: 'RS256' }),
      kid: text('The `kid` of the assertion.'),
      assertionAudience: name('Whom the assertion is for.'),
    },
    {
      required: ['clientId'],
      rules: [
        forbidden(IS_KEY_JWT, ['clientSecret'], 'a client with a key has no secret'),
        forbidden(
          `!(${IS_KEY_JWT})`,
          ['signingKey', 'certificate', 'certificateHeader', 'alg', 'kid', 'assertionAudience'],
          'it belongs to `method` `privateKeyJwt`',
        ),
        ...['signingKey', 'assertionAudience'].map((key) =>
          cel(`!(${IS_KEY_JWT}) || has(self.${key})`, {
            path: key,
            message: `\`${key}\` is required for \`method\` \`privateKeyJwt\``,
            code: 'Required',
          }),
        ),
        cel("has(self.clientSecret) || (has(self.method) && self.method != 'clientSecretBasic')", {
          path: 'clientSecret',
          message: '`clientSecret` is required for `method` `clientSecretBasic`',
          code: 'Required',
        }),
      ],
    },
  ),
  TokenCache: object('Remembers tokens until they expire.', {
    maxEntries: size('How many are kept.'),
    defaultTtl: duration('How long those without a lifetime are kept.'),
  }),
};
