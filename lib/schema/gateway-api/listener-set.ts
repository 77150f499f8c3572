import type { Kind } from '../schema';
import { LISTENER_DEFINITIONS, LISTENERS } from './listener';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

export const LISTENER_SET: Kind = {
  group: GATEWAY_API,
  kind: 'ListenerSet',
  plural: 'listenersets',
  shortNames: ['lset'],
  scope: 'Namespaced',
  versions: ['v1'],
  status: true,
  description:
    'Adds listeners to a Gateway that somebody else owns. The Gateway must allow it with `allowedListeners`.',
  definitions: {
    ...GATEWAY_API_DEFINITIONS,
    ...LISTENER_DEFINITIONS,
    ParentGatewayReference: {
      type: 'object',
      description: 'The Gateway that gets the listeners.',
      properties: {
        group: { $ref: '#/$defs/Group', default: GATEWAY_API },
        kind: { $ref: '#/$defs/KindName', default: 'Gateway' },
        name: { $ref: '#/$defs/ObjectName' },
        namespace: {
          $ref: '#/$defs/Namespace',
          description: 'Where the Gateway lives. @default - the namespace of the ListenerSet',
        },
      },
      required: ['name'],
    },
  },
  spec: {
    type: 'object',
    description: 'The Gateway, and the listeners that it gets.',
    properties: {
      parentRef: { $ref: '#/$defs/ParentGatewayReference' },
      listeners: {
        ...LISTENERS,
        description:
          'The ports. Where one collides with the Gateway’s own or with an older set’s, this one is not served.',
      },
    },
    required: ['listeners', 'parentRef'],
  },
};
