import type { Kind } from '../schema';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

export const REFERENCE_GRANT: Kind = {
  group: GATEWAY_API,
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  shortNames: ['refgrant'],
  scope: 'Namespaced',
  versions: ['v1', 'v1beta1'],
  storage: 'v1beta1',
  status: false,
  description:
    'Lets objects of other namespaces refer to objects of this one. It lives where the target lives, so the owner of the target decides.',
  definitions: {
    ...GATEWAY_API_DEFINITIONS,
    ReferenceGrantFrom: {
      type: 'object',
      description: 'Objects that may refer here: a kind in a namespace.',
      properties: {
        group: { $ref: '#/$defs/Group', description: 'The API group of the referring objects.' },
        kind: { $ref: '#/$defs/KindName', description: 'The kind of the referring objects.' },
        namespace: { $ref: '#/$defs/Namespace', description: 'Where the referring objects live.' },
      },
      required: ['group', 'kind', 'namespace'],
    },
    ReferenceGrantTo: {
      type: 'object',
      description: 'What they may refer to: a kind, or one object of it.',
      properties: {
        group: {
          $ref: '#/$defs/Group',
          description: 'The API group of the target; empty for Service and Secret.',
        },
        kind: { $ref: '#/$defs/KindName', description: 'The kind of the target.' },
        name: {
          $ref: '#/$defs/ObjectName',
          description: 'One target by name. @default - all of the kind',
        },
      },
      required: ['group', 'kind'],
    },
  },
  spec: {
    type: 'object',
    description: 'Who may refer to what: every entry of `from` to every entry of `to`.',
    properties: {
      from: {
        type: 'array',
        description: 'Who may refer.',
        items: { $ref: '#/$defs/ReferenceGrantFrom' },
        minItems: 1,
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
      to: {
        type: 'array',
        description: 'What they may refer to, in the namespace of the grant.',
        items: { $ref: '#/$defs/ReferenceGrantTo' },
        minItems: 1,
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
    },
    required: ['from', 'to'],
  },
};
