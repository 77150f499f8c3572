import { field, has, textField } from '../json';
import { cel, QUALIFIED_KEYS, type Rule, uniqueBy, violated } from '../rule';
import type { Definitions, Kind, Schema } from '../schema';
import { LISTENER_DEFINITIONS, LISTENERS } from './listener';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

const IPV4 = /^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(?!$)|$)){4}$/;

function isIpAddress(text: string): boolean {
  return IPV4.test(text) || (/^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`));
}

/** Stated in JSON Schema's words, as an API server's formats and CEL's `isIP` do not take quite the same addresses. */
const IP_ADDRESS: Rule = {
  form: 'ipAddress',
  check: (self) =>
    field(self, 'type') === 'IPAddress' &&
    has(self, 'value') &&
    !isIpAddress(textField(self, 'value'))
      ? violated({ path: 'value', message: 'must be an IPv4 or IPv6 address' })
      : [],
  keywords: {
    oneOf: [
      {
        properties: {
          type: { enum: ['IPAddress'] },
          value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
        },
      },
      { properties: { type: { not: { enum: ['IPAddress'] } } } },
    ],
  },
};

const HOSTNAME_ADDRESS = cel(
  "self.type != 'Hostname' || !has(self.value) || self.value.matches(r'^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
  { path: 'value', message: 'must be a host name in lower case' },
);

/** Addresses with a value may stand only once. */
const UNIQUE_ADDRESSES = uniqueBy(['type', 'value'], {
  only: (address) => `${address}.type in ['IPAddress', 'Hostname'] && has(${address}.value)`,
});

/** The keys of the list say so already, each at its entry. */
const PORTS_ONCE: Rule = { ...uniqueBy(['port']), check: () => [] };

const LISTENERS_FROM: Schema = {
  type: 'object',
  description: 'Which namespaces may add listeners.',
  properties: {
    from: {
      type: 'string',
      description: '`All`, `Same`, `None`, or `Selector` for those that `selector` picks.',
      enum: ['All', 'Selector', 'Same', 'None'],
      default: 'None',
    },
    selector: { $ref: '#/$defs/LabelSelector', description: 'For `from: Selector`.' },
  },
  default: { from: 'None' },
};

const DEFINITIONS: Definitions = {
  ...GATEWAY_API_DEFINITIONS,
  ...LISTENER_DEFINITIONS,
  GatewayAddress: {
    type: 'object',
    description: 'An address that the Gateway asks for.',
    properties: {
      type: {
        type: 'string',
        description:
          '`IPAddress`, `Hostname`, `NamedAddress` or a kind of address that an implementation names by its domain.',
        minLength: 1,
        maxLength: 253,
        pattern:
          "^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
        patternMeans: '`IPAddress`, `Hostname` or a domain and a path',
        default: 'IPAddress',
      },
      value: {
        type: 'string',
        description: 'The address. @default - the implementation chooses',
        maxLength: 253,
      },
    },
    rules: [IP_ADDRESS, HOSTNAME_ADDRESS],
  },
  GatewayInfrastructure: {
    type: 'object',
    description: 'What the Service and Deployment made for the Gateway carry.',
    properties: {
      labels: {
        type: 'object',
        description: 'Labels for them.',
        additionalProperties: {
          type: 'string',
          minLength: 0,
          maxLength: 63,
          pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
          patternMeans: 'a label value: letters, digits, `-`, `_` and `.`, or empty',
        },
        maxProperties: 8,
        rules: [QUALIFIED_KEYS],
      },
      annotations: {
        type: 'object',
        description: 'Annotations for them.',
        additionalProperties: { type: 'string', minLength: 0, maxLength: 4096 },
        maxProperties: 16,
        rules: [QUALIFIED_KEYS],
      },
      parametersRef: {
        $ref: '#/$defs/LocalObjectReference',
        description: 'Settings of this Gateway, for agentgateway an AgentgatewayParameters.',
      },
    },
  },
  FrontendTLSConfig: {
    type: 'object',
    description: 'How clients prove who they are with certificates.',
    properties: {
      validation: { $ref: '#/$defs/FrontendTLSValidation' },
    },
  },
  FrontendTLSValidation: {
    type: 'object',
    description: 'Checks the certificates of clients.',
    properties: {
      caCertificateRefs: {
        type: 'array',
        description:
          'ConfigMaps (or Secrets) with `ca.crt`; one of the authorities must have signed.',
        items: { $ref: '#/$defs/ObjectReference' },
        minItems: 1,
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
      },
      mode: {
        type: 'string',
        description:
          '`AllowValidOnly` refuses clients without a valid certificate; `AllowInsecureFallback` lets them in.',
        enum: ['AllowValidOnly', 'AllowInsecureFallback'],
        default: 'AllowValidOnly',
      },
    },
    required: ['caCertificateRefs'],
  },
  FrontendTLSPort: {
    type: 'object',
    description: 'Client certificates for the listeners of one port.',
    properties: {
      port: { $ref: '#/$defs/Port' },
      tls: { $ref: '#/$defs/FrontendTLSConfig' },
    },
    required: ['port', 'tls'],
  },
  GatewayFrontendTLS: {
    type: 'object',
    description: 'TLS towards clients.',
    properties: {
      default: {
        $ref: '#/$defs/FrontendTLSConfig',
        description: 'For every port that `perPort` does not name.',
      },
      perPort: {
        type: 'array',
        description: 'For single ports, in place of `default`.',
        items: { $ref: '#/$defs/FrontendTLSPort' },
        maxItems: 64,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['port'],
        rules: [PORTS_ONCE],
      },
    },
    required: ['default'],
  },
  GatewayBackendTLS: {
    type: 'object',
    description: 'TLS towards backends.',
    properties: {
      clientCertificateRef: {
        $ref: '#/$defs/SecretObjectReference',
        description: 'The certificate that the gateway shows to backends that ask for one.',
      },
    },
  },
  GatewayTLSConfig: {
    type: 'object',
    description: 'TLS for all listeners and backends of the Gateway.',
    properties: {
      frontend: { $ref: '#/$defs/GatewayFrontendTLS' },
      backend: { $ref: '#/$defs/GatewayBackendTLS' },
    },
  },
};

export const GATEWAY: Kind = {
  group: GATEWAY_API,
  kind: 'Gateway',
  plural: 'gateways',
  shortNames: ['gtw'],
  scope: 'Namespaced',
  versions: ['v1', 'v1beta1'],
  status: true,
  description: 'A gateway: the ports it listens on and the routes it takes.',
  definitions: DEFINITIONS,
  spec: {
    type: 'object',
    description: 'The class that runs the gateway, and its listeners.',
    properties: {
      gatewayClassName: {
        type: 'string',
        description: 'The GatewayClass; `agentgateway` for agentgateway.',
        minLength: 1,
        maxLength: 253,
      },
      listeners: LISTENERS,
      addresses: {
        type: 'array',
        description:
          'Addresses that the gateway should have. @default - the implementation chooses',
        items: { $ref: '#/$defs/GatewayAddress' },
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: [UNIQUE_ADDRESSES],
      },
      infrastructure: { $ref: '#/$defs/GatewayInfrastructure' },
      defaultScope: {
        type: 'string',
        description:
          '`All` takes routes with `useDefaultGateways` without being named by them. agentgateway does not read it. @default - `None`',
        enum: ['All', 'None'],
        experimental: true,
      },
      allowedListeners: {
        type: 'object',
        description: 'Who may add listeners to this Gateway with a ListenerSet.',
        properties: { namespaces: LISTENERS_FROM },
      },
      tls: { $ref: '#/$defs/GatewayTLSConfig' },
    },
    required: ['gatewayClassName', 'listeners'],
  },
};
