import { atLeastOneOf, atMostOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { list, name, notRun, object, optional, ref } from './shared';

const WAYS = [
  ...['passthrough', 'key', 'gcp', 'aws', 'azure', 'jwtSign'],
  ...['oauthTokenExchange', 'crossAppAccess'],
];

/** Where a credential for a backend goes. */
export const LOCATION = optional('CredentialLocation', {
  description: 'Where to put it. @default - `Authorization: Bearer`',
});

const KEY: Schema = {
  description:
    'A fixed credential: the text, `{file: path}`, or `{value, location}` to put it elsewhere than into `Authorization`.',
  anyOf: [
    { type: 'string', sensitive: true },
    object(
      'A credential and where to put it.',
      { value: ref('FileOrInline', { description: 'The credential.' }), location: LOCATION },
      { required: ['value'] },
    ),
    object(
      'Where the credential is.',
      { file: name('A path, relative to the working directory.') },
      { required: ['file'] },
    ),
  ],
};

export const BACKEND_AUTH: Definitions = {
  BackendAuth: {
    description: 'Credentials for the backend, in place of those of the client.',
    anyOf: [
      { type: 'string', enum: ['copilot'], notRunValues: ['copilot'] },
      object(
        'One way to authenticate, and further credentials.',
        {
          passthrough: object("The client's own token, which was taken out before.", {
            location: LOCATION,
          }),
          key: KEY,
          gcp: notRun(ref('GcpAuth')),
          aws: notRun(ref('AwsAuth')),
          azure: notRun(ref('AzureAuth')),
          jwtSign: notRun(ref('JwtSign')),
          oauthTokenExchange: notRun(ref('OAuthTokenExchange')),
          crossAppAccess: notRun(ref('CrossAppAccess')),
          credentials: list(
            'Further fixed credentials, each at its own place.',
            object(
              'A credential and where to put it.',
              {
                location: ref('CredentialLocation', { description: 'Where to put it.' }),
                key: ref('FileOrInline', { description: 'The credential.' }),
              },
              { required: ['location', 'key'] },
            ),
          ),
        },
        {
          rules: [atMostOneOf(...WAYS), atLeastOneOf(...WAYS, 'credentials')],
        },
      ),
    ],
  },
};
