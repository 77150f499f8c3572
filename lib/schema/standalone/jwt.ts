import type { Definitions, Schema } from '../schema';
import { INLINE_KEY_SET } from './inline-key-set';
import { choice, list, name, object, ref, texts } from './shared';

const ISSUER: Readonly<Record<string, Schema>> = {
  issuer: name('What the `iss` claim must be, to the letter.'),
  audiences: {
    ...texts('Of these the `aud` claim must hold one. @default - not looked at'),
    nullable: true,
  },
  jwks: ref('FileInlineOrRemote', {
    description:
      "The issuer's keys as a JSON Web Key Set: the text, `{file: path}` or `{url: …}`, which is fetched again every 15 minutes.",
    rules: [INLINE_KEY_SET],
  }),
  jwtValidationOptions: ref('JwtValidationOptions'),
};

const COMMON: Readonly<Record<string, Schema>> = {
  mode: choice(
    '`strict` asks every request for a valid token, `optional` only checks tokens that are sent, `permissive` refuses nobody. Kubernetes has `Strict` where nothing is written.',
    ['strict', 'optional', 'permissive'],
    'optional',
  ),
  location: ref('CredentialLocation'),
};

export const JWT: Definitions = {
  JwtPolicy: {
    description:
      'Checks JSON Web Tokens; their claims are `jwt` in expressions. The token is taken out of the request before it goes on.',
    anyOf: [
      object('One issuer.', { ...COMMON, ...ISSUER }, { required: ['issuer', 'jwks'] }),
      object(
        'Several issuers.',
        {
          ...COMMON,
          providers: list('The issuers whose tokens are accepted.', ref('JwtProvider')),
        },
        { required: ['providers'] },
      ),
    ],
  },
  JwtProvider: object('An issuer of tokens and its keys.', ISSUER, {
    required: ['issuer', 'jwks'],
  }),
  JwtValidationOptions: object('What else a token must have.', {
    requiredClaims: {
      ...texts('Claims that must be there: `exp`, `nbf`, `aud`, `iss`, `sub`.'),
      default: ['exp'],
    },
  }),
};
