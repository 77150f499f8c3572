import type { Definitions } from '../schema';
import { choice, name, object, optional, secret, text, texts } from './shared';

export const OIDC: Definitions = {
  Oidc: object(
    'Signs users in with a browser (OpenID Connect, authorization code) and keeps them signed in by a cookie.',
    {
      issuer: name('The issuer: what its tokens have as `iss`.'),
      discovery: optional('FileInlineOrRemote', {
        description:
          'The discovery document. @default - `/.well-known/openid-configuration` of the issuer',
      }),
      authorizationEndpoint: text('Where browsers are sent. @default - as discovered'),
      tokenEndpoint: text('Where codes are exchanged for tokens. @default - as discovered'),
      tokenEndpointAuth: {
        ...choice('How the client authenticates at the token endpoint. @default - as discovered', [
          'clientSecretBasic',
          'clientSecretPost',
        ]),
        nullable: true,
      },
      jwks: optional('FileInlineOrRemote', {
        description: "The issuer's keys. @default - as discovered",
      }),
      clientId: name('The client that is registered with the issuer.'),
      clientSecret: { ...secret("The client's secret."), nullable: false },
      redirectURI: name('The registered URI that the issuer sends browsers back to.'),
      scopes: texts('Scopes to ask for; `openid` is always among them.'),
    },
    { required: ['issuer', 'clientId', 'clientSecret', 'redirectURI'] },
  ),
};
