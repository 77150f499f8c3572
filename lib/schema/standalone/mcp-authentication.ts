import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { INLINE_KEY_SET } from './inline-key-set';
import { choice, name, object, open, optional, ref, secret, text, texts } from './shared';

const PROVIDERS = ['auth0', 'keycloak', 'okta', 'descope', 'authentik', 'entra'];

export const MCP_AUTHENTICATION: Definitions = {
  McpAuthentication: object(
    'Lets MCP clients in with OAuth, as the MCP specification has it: metadata for discovery, and checked tokens.',
    {
      issuer: name('The issuer of tokens.'),
      audiences: texts('Of these the `aud` claim must hold one.'),
      provider: {
        ...object(
          'The product that runs the issuer, where it needs help with MCP.',
          Object.fromEntries(PROVIDERS.map((key) => [key, object(`Write \`${key}: {}\`.`, {})])),
          { rules: [exactlyOneOf(...PROVIDERS)] },
        ),
        nullable: true,
      },
      resourceMetadata: open(
        'The protected resource metadata (RFC 9728) that clients find: `resource`, `scopesSupported` and so on.',
      ),
      jwks: optional('FileInlineOrRemote', {
        description: "The issuer's keys. @default - as its metadata say",
        rules: [INLINE_KEY_SET],
      }),
      mode: choice(
        '`strict` asks every request for a valid token, `optional` only checks tokens that are sent, `permissive` refuses nobody.',
        ['strict', 'optional', 'permissive'],
        'strict',
      ),
      authorizationLocation: ref('CredentialLocation'),
      jwtValidationOptions: ref('JwtValidationOptions'),
      clientId: text('A client that is registered already, in place of dynamic registration.'),
      clientSecret: secret("That client's secret."),
    },
    { required: ['issuer', 'audiences', 'resourceMetadata'] },
  ),
};
