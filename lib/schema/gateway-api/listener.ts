import { cel, uniqueBy } from '../rule';
import type { Definitions, Schema } from '../schema';
import { GATEWAY_API } from './shared';

const LISTENER: Schema = {
  type: 'object',
  description: 'A port that the gateway listens on, for a host name, and the routes it takes.',
  properties: {
    name: {
      $ref: '#/$defs/DnsName',
      description: 'Unique among the listeners; routes and policies name it as `sectionName`.',
    },
    hostname: {
      $ref: '#/$defs/Hostname',
      description: 'Only requests for this host. @default - any host',
    },
    port: { $ref: '#/$defs/Port', description: 'The port that clients connect to.' },
    protocol: {
      type: 'string',
      description:
        '`HTTP`, `HTTPS`, `TLS` or `TCP`. agentgateway takes HTTPRoutes and GRPCRoutes on the first two, TLSRoutes on the third and TCPRoutes on the last; it serves no UDP.',
      minLength: 1,
      maxLength: 255,
      pattern:
        '^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$',
      patternMeans: 'a protocol, such as `HTTP` or `HTTPS`',
    },
    tls: { $ref: '#/$defs/ListenerTLSConfig' },
    allowedRoutes: { $ref: '#/$defs/AllowedRoutes', default: { namespaces: { from: 'Same' } } },
  },
  required: ['name', 'port', 'protocol'],
  rules: [
    cel("!(self.protocol in ['HTTP', 'TCP', 'UDP']) || !has(self.tls)", {
      path: 'tls',
      message: '`tls` belongs to the protocols HTTPS and TLS only',
      hint: 'write protocol: HTTPS, or remove `tls`',
      code: 'Forbidden',
    }),
    cel("self.protocol != 'HTTPS' || !has(self.tls) || self.tls.mode == 'Terminate'", {
      path: 'tls.mode',
      message: 'an HTTPS listener must terminate TLS: write mode: Terminate',
    }),
    cel("self.protocol != 'TLS' || has(self.tls)", {
      path: 'tls',
      message: '`tls` is required for protocol TLS',
      code: 'Required',
    }),
    cel("!(self.protocol in ['TCP', 'UDP']) || !has(self.hostname)", {
      path: 'hostname',
      message: 'TCP and UDP know no host names; remove `hostname`',
      code: 'Forbidden',
    }),
  ],
};

/** The listeners of a Gateway or ListenerSet. */
export const LISTENERS: Schema = {
  type: 'array',
  description: 'The ports. Two may share one if their host names differ.',
  items: { $ref: '#/$defs/Listener' },
  minItems: 1,
  maxItems: 64,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  rules: [
    uniqueBy(['port', 'protocol', 'hostname?'], {
      hint: 'give the listeners different ports or host names',
    }),
  ],
};

/** What listeners are made of. */
export const LISTENER_DEFINITIONS: Definitions = {
  Listener: LISTENER,
  ListenerTLSConfig: {
    type: 'object',
    description: 'How TLS is spoken on a listener.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Terminate` decrypts here; `Passthrough` hands the bytes on (TLS listeners only).',
        enum: ['Terminate', 'Passthrough'],
        default: 'Terminate',
      },
      certificateRefs: {
        type: 'array',
        description:
          'Secrets with `tls.crt` and `tls.key`; agentgateway takes exactly one. A Secret of another namespace needs a ReferenceGrant there.',
        items: { $ref: '#/$defs/SecretObjectReference' },
        maxItems: 64,
        'x-kubernetes-list-type': 'atomic',
      },
      options: {
        type: 'object',
        description:
          'Settings of the implementation; agentgateway knows `agentgateway.dev/tls-certificate-source`.',
        additionalProperties: { type: 'string', minLength: 0, maxLength: 4096 },
        maxProperties: 16,
      },
    },
    rules: [
      cel(
        "self.mode != 'Terminate' || (has(self.certificateRefs) && self.certificateRefs.size() > 0) || (has(self.options) && self.options.size() > 0)",
        {
          path: 'certificateRefs',
          message: 'a certificate is required to terminate TLS',
          hint: 'name a Secret that holds `tls.crt` and `tls.key`',
          code: 'Required',
        },
      ),
    ],
  },
  AllowedRoutes: {
    type: 'object',
    description: 'Which routes may attach to a listener; others are refused in their status.',
    properties: {
      kinds: {
        type: 'array',
        description: 'Kinds of routes. @default - those that fit the protocol',
        items: { $ref: '#/$defs/RouteGroupKind' },
        maxItems: 8,
        'x-kubernetes-list-type': 'atomic',
      },
      namespaces: { $ref: '#/$defs/RouteNamespaces', default: { from: 'Same' } },
    },
  },
  RouteGroupKind: {
    type: 'object',
    description: 'A kind of route.',
    properties: {
      group: { $ref: '#/$defs/Group', default: GATEWAY_API },
      kind: { $ref: '#/$defs/KindName' },
    },
    required: ['kind'],
  },
  RouteNamespaces: {
    type: 'object',
    description: 'Namespaces whose routes may attach.',
    properties: {
      from: {
        type: 'string',
        description: '`Same` as the Gateway, `All`, or `Selector` for those that `selector` picks.',
        enum: ['All', 'Selector', 'Same'],
        default: 'Same',
      },
      selector: {
        $ref: '#/$defs/LabelSelector',
        description: 'For `from: Selector`: labels of the namespaces.',
      },
    },
  },
};
