import { cel } from '../rule';
import type { Definitions } from '../schema';

export const GCP_AUTH_DEFINITIONS: Definitions = {
  GCPAuth: {
    type: 'object',
    description:
      'Gets tokens from Google. An empty one takes the credentials of the environment that the gateway runs in.',
    properties: {
      type: {
        type: 'string',
        description:
          '`AccessToken` for the APIs of Google, `IdToken` for services such as Cloud Run that check who calls. @default - AccessToken',
        enum: ['AccessToken', 'IdToken'],
      },
      audience: {
        type: 'string',
        description: 'Whom an `IdToken` is for. @default - the host of the backend',
        minLength: 1,
        maxLength: 256,
      },
      secretRef: {
        $ref: '#/$defs/SecretKeyReference',
        description:
          'The key file of a service account, in the entry `credentials.json` unless `key` says so. @default - the credentials of the environment',
      },
    },
    rules: [
      cel("!has(self.audience) || (has(self.type) && self.type == 'IdToken')", {
        path: 'audience',
        message: 'only an ID token has an `audience` of its own',
        hint: 'write `type: IdToken`, or remove `audience`',
        code: 'Forbidden',
      }),
    ],
  },
};
