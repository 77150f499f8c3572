import { everyEntry } from '../rule';
import type { Kind, Schema } from '../schema';
import { CONNECTION_RULES, FORMER_CONNECTION_RULES } from './connection-rules';
import { PARENT_REFS, USE_DEFAULT_GATEWAYS } from './parents';
import { ROUTE_DEFINITIONS } from './route';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

const FORMER_HOSTNAMES: Schema = {
  type: 'array',
  description:
    'Names that clients ask for as they open the connection (SNI), within those of the listener.',
  items: { $ref: '#/$defs/Hostname' },
  maxItems: 1024,
  'x-kubernetes-list-type': 'atomic',
};

const HOSTNAMES: Schema = {
  ...FORMER_HOSTNAMES,
  minItems: 1,
  rules: [
    everyEntry((host) => `!isIP(${host})`, 'an IP address is no host name: clients send none'),
  ],
};

function spec(hostnames: Schema, rules: Schema, required: readonly string[]): Schema {
  return {
    type: 'object',
    description: 'Where the route attaches, for which hosts, and where its connections go.',
    properties: {
      parentRefs: PARENT_REFS,
      useDefaultGateways: USE_DEFAULT_GATEWAYS,
      hostnames,
      rules,
    },
    required,
  };
}

export const TLS_ROUTE: Kind = {
  group: GATEWAY_API,
  kind: 'TLSRoute',
  plural: 'tlsroutes',
  scope: 'Namespaced',
  versions: ['v1'],
  formerVersions: [
    { name: 'v1alpha2', spec: spec(FORMER_HOSTNAMES, FORMER_CONNECTION_RULES, ['rules']) },
    { name: 'v1alpha3' },
  ],
  status: true,
  description:
    'Hands the connections of a TLS listener to backends, by the name that clients ask for.',
  definitions: { ...GATEWAY_API_DEFINITIONS, ...ROUTE_DEFINITIONS },
  spec: spec(HOSTNAMES, CONNECTION_RULES, ['hostnames', 'rules']),
};
