import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';

export const API_KEY_DEFINITIONS: Definitions = {
  APIKeyAuthentication: {
    type: 'object',
    description:
      'Lets in who has a key. The key is taken out of the request before it goes on; what a key carries besides is `apiKey.<name>` in expressions.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` asks every request for a valid key, `Optional` lets requests without one pass and refuses wrong ones, `Permissive` refuses nobody. Only `Strict` protects by itself.',
        enum: ['Optional', 'Permissive', 'Strict'],
        default: 'Strict',
      },
      secretRef: {
        $ref: '#/$defs/SecretReference',
        description:
          'A Secret, each entry of which is a key, whatever the entry is called: the key as it is, a line end included, or JSON with `key` or `keyHash` and `metadata`.',
      },
      secretSelector: {
        $ref: '#/$defs/ObjectSelector',
        description:
          'Secrets of the namespace by their labels, each entry of which is a key; a Secret that gets these labels later counts at once.',
      },
      configMapSelector: {
        $ref: '#/$defs/ObjectSelector',
        description:
          'ConfigMaps of the namespace by their labels, each entry of which holds the hash of a key: `{"keyHash": "sha256:…"}`.',
      },
      location: {
        $ref: '#/$defs/CredentialLocation',
        description:
          'Where the key is. In a query it ends up in logs and histories. @default - the Authorization header, after `Bearer `',
      },
    },
    rules: [exactlyOneOf('secretRef', 'secretSelector', 'configMapSelector')],
  },
};
