import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { choice, list, object, ref, texts } from './shared';

const API_KEY_HASH = '^sha256:[0-9a-fA-F]{64}$';

export const API_KEY: Definitions = {
  ApiKeyPolicy: object(
    'Lets in who has a key. The key is taken out of the request before it goes on.',
    {
      mode: choice(
        '`strict` asks every request for a valid key, `optional` only checks keys that are sent, `permissive` refuses nobody. Kubernetes has `Strict` where nothing is written.',
        ['strict', 'optional', 'permissive'],
        'optional',
      ),
      location: ref('CredentialLocation'),
      keys: list('The keys.', ref('ApiKey')),
    },
    { required: ['keys'] },
  ),
  ApiKey: object(
    'A key, or its hash, and what is known of its owner.',
    {
      key: { type: 'string', description: 'The key itself.', minLength: 1, sensitive: true },
      keyHash: {
        type: 'string',
        description: 'The SHA-256 of the key, so that the file holds no secret.',
        pattern: API_KEY_HASH,
        patternMeans: '`sha256:` and 64 hexadecimal digits',
        sensitive: true,
      },
      metadata: { description: 'What expressions (`apiKey.user`) and logs see of the owner.' },
      allowedModels: {
        ...texts('Models that the key may call. @default - all'),
        nullable: true,
      },
    },
    { rules: [exactlyOneOf('key', 'keyHash')] },
  ),
};
