import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';

export const BASIC_AUTHENTICATION_DEFINITIONS: Definitions = {
  BasicAuthentication: {
    type: 'object',
    description:
      'Lets in who has a name and a password. They are taken out of the request before it goes on; the name is `basicAuth.username` in expressions.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a name and its password, `Optional` lets requests without them pass and refuses wrong ones.',
        enum: ['Optional', 'Strict'],
        default: 'Strict',
      },
      users: {
        type: 'array',
        description:
          'Lines as `htpasswd` writes them, `name:hash`, with hashes of bcrypt, MD5 (apr1), SHA-1 or crypt. Whoever may read the policy reads the hashes: prefer `secretRef`.',
        items: { type: 'string', sensitive: true },
        minItems: 1,
        maxItems: 256,
      },
      secretRef: {
        $ref: '#/$defs/SecretKeyReference',
        description:
          'A Secret with such lines, in its entry `.htaccess` unless `key` names another.',
      },
      realm: {
        type: 'string',
        description: 'What browsers show when they ask for the password. @default - Restricted',
      },
      location: {
        $ref: '#/$defs/CredentialLocation',
        description:
          'Where name and password are, in base64 as HTTP has them. In Proxy-Authorization refusals are 407. @default - the Authorization header, after `Basic `',
      },
    },
    rules: [exactlyOneOf('users', 'secretRef')],
  },
};
