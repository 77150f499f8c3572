import type { Definitions } from '../schema';
import { choice, duration, object, open, optional, ref, text } from './shared';

export const JWT_SIGN: Definitions = {
  JwtSign: object(
    'Signs a token of the gateway for each request.',
    {
      signingKey: ref('FileOrInline', { description: 'The private key, as PEM.' }),
      alg: ref('SigningAlgorithm', { default: 'RS256' }),
      kid: text('The `kid` of the header, by which receivers find the key.'),
      claims: open('Claims of the token; texts are CEL expressions.'),
      ttl: duration('How long a token holds. @default - 5m'),
      location: optional('CredentialLocation', {
        description: 'Where to put it. @default - `Authorization: Bearer`',
      }),
    },
    { required: ['signingKey'] },
  ),
  SigningAlgorithm: choice('The algorithm of the signature; it must fit the key.', [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384'],
  ]),
};
