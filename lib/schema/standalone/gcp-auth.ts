import type { Definitions } from '../schema';
import { cel } from './null-safe-rules';
import { choice, object, optional, text } from './shared';

export const GCP_AUTH: Definitions = {
  GcpAuth: object(
    'Tokens of Google Cloud.',
    {
      type: {
        ...choice('An access token for its APIs, or an ID token for services of your own.', [
          'accessToken',
          'idToken',
        ]),
        default: 'accessToken',
        nullable: true,
      },
      audience: text('Whom an ID token is for. @default - the host of the backend'),
      credential: optional('FileOrInline', {
        description: 'A key of a service account. @default - what the environment offers',
      }),
    },
    {
      rules: [
        cel("!has(self.audience) || (has(self.type) && self.type == 'idToken')", {
          path: 'audience',
          message: '`audience` belongs to `type` `idToken`',
        }),
      ],
    },
  ),
};
