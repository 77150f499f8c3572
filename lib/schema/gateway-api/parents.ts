import { allOrNone, uniqueBy } from '../rule';
import type { Schema } from '../schema';

const PARENT = ['group', 'kind', 'name', 'namespace?'];

/** The Gateways, or their listeners, that any kind of route attaches to. */
export const PARENT_REFS: Schema = {
  type: 'array',
  description:
    'The Gateways (or their listeners) that the route attaches to; without any it is served nowhere.',
  items: { $ref: '#/$defs/ParentReference' },
  maxItems: 32,
  'x-kubernetes-list-type': 'atomic',
  rules: [
    allOrNone('sectionName', PARENT, 'names a listener of the same parent'),
    uniqueBy([...PARENT, 'sectionName?'], { what: 'parent and sectionName' }),
  ],
  inExperimental: {
    rules: [
      allOrNone('sectionName', PARENT, 'names a listener of the same parent'),
      allOrNone('port', PARENT, 'names a port of the same parent'),
      uniqueBy([...PARENT, 'sectionName?', 'port?'], { what: 'parent, sectionName and port' }),
    ],
  },
};

export const USE_DEFAULT_GATEWAYS: Schema = {
  type: 'string',
  description:
    '`All` attaches the route to every Gateway with a `defaultScope` as well. agentgateway reads only `parentRefs`. @default - `None`',
  enum: ['All', 'None'],
  experimental: true,
};
