import type { Definitions } from '../schema';
import { choice, object, ref, text } from './shared';

export const BASIC_AUTHENTICATION: Definitions = {
  BasicAuth: object(
    'Lets in who has a name and password (RFC 7617).',
    {
      htpasswd: ref('FileOrInline', {
        description:
          'Lines of an htpasswd file (`user:hash`, by bcrypt, SHA or APR1), or `{file: path}`. Write each `$` of a hash as `$$`.',
      }),
      realm: text('What browsers show when they ask for the password.'),
      mode: choice(
        '`strict` asks every request for a password, `optional` only checks those that are sent. Kubernetes has `Strict` where nothing is written.',
        ['strict', 'optional'],
        'optional',
      ),
      authorizationLocation: ref('CredentialLocation'),
    },
    { required: ['htpasswd'] },
  ),
};
