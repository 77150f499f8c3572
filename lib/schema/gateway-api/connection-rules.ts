import type { Schema } from '../schema';
import { RULE_NAMES } from './route';

const RULE: Schema = {
  type: 'object',
  description: 'Where connections go.',
  properties: {
    name: { $ref: '#/$defs/DnsName', description: 'The name of the rule.' },
    backendRefs: {
      type: 'array',
      description: 'Where connections go, by weight.',
      items: { $ref: '#/$defs/BackendRef' },
      minItems: 1,
      maxItems: 16,
      'x-kubernetes-list-type': 'atomic',
    },
  },
  required: ['backendRefs'],
};

/** The rules of routes that look no further than the connection: there is nothing to tell two of them apart by. */
export const CONNECTION_RULES: Schema = {
  type: 'array',
  description: 'The one rule of the route.',
  items: RULE,
  minItems: 1,
  maxItems: 1,
  'x-kubernetes-list-type': 'atomic',
};

/** As v1alpha2 had them; agentgateway reads the first. */
export const FORMER_CONNECTION_RULES: Schema = {
  ...CONNECTION_RULES,
  description: 'The rules of the route. agentgateway reads the first alone.',
  maxItems: 16,
  inExperimental: { rules: [RULE_NAMES] },
};
