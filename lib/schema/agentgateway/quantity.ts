import type { Definitions } from '../schema';

export const QUANTITY_DEFINITIONS: Definitions = {
  Quantity: {
    description:
      'An amount as Kubernetes writes it: `2`, `500m` (a half), `128Mi` (128 · 1024² bytes), `1G`.',
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    pattern:
      '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
    patternMeans: 'an amount such as `2`, `500m` or `128Mi`',
  },
};
