import { entries, field, has, identityOf, textField } from '../json';
import { ifThen, QUALIFIED_KEYS, type Rule, unique, type Violation } from '../rule';
import type { Definitions, Kind, Schema } from '../schema';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

/** Decides about one listener; findings point at it. */
function everyListener(
  name: string,
  holds: (listener: unknown) => boolean,
  violation: Violation,
): Rule {
  return {
    form: name,
    check: (self) =>
      entries(self).flatMap((listener, index) =>
        holds(listener) ? [] : [{ ...violation, path: `[${index}].${violation.path}` }],
      ),
  };
}

const IPV4 = /^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\.(?!$)|$)){4}$/;

function isIpAddress(text: string): boolean {
  return IPV4.test(text) || (/^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`));
}

function protocolIn(listener: unknown, ...protocols: string[]): boolean {
  return protocols.some((protocol) => field(listener, 'protocol') === protocol);
}

const LISTENER_RULES: readonly Rule[] = [
  everyListener(
    'plainHasNoTls',
    (listener) => !protocolIn(listener, 'HTTP', 'TCP', 'UDP') || !has(listener, 'tls'),
    {
      path: 'tls',
      message: '`tls` belongs to the protocols HTTPS and TLS only',
      hint: 'write protocol: HTTPS, or remove `tls`',
      code: 'Forbidden',
    },
  ),
  everyListener(
    'httpsTerminates',
    (listener) =>
      !protocolIn(listener, 'HTTPS') ||
      !has(listener, 'tls') ||
      ['', 'Terminate'].includes(textField(field(listener, 'tls'), 'mode')),
    { path: 'tls.mode', message: 'an HTTPS listener must terminate TLS: write mode: Terminate' },
  ),
  everyListener(
    'tlsNeedsMode',
    (listener) => !protocolIn(listener, 'TLS') || has(listener, 'tls'),
    { path: 'tls', message: '`tls` is required for protocol TLS', code: 'Required' },
  ),
  everyListener(
    'rawHasNoHostname',
    (listener) => !protocolIn(listener, 'TCP', 'UDP') || !field(listener, 'hostname'),
    {
      path: 'hostname',
      message: 'TCP and UDP know no host names; remove `hostname`',
      code: 'Forbidden',
    },
  ),
  unique(
    'port, protocol and hostname',
    (listener) => {
      const { port, protocol, hostname } = (listener ?? {}) as Record<string, unknown>;
      return identityOf(port, protocol, hostname ?? false);
    },
    'give the listeners different ports or host names',
  ),
];

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
  Listener: {
    type: 'object',
    description: 'A port that the gateway listens on, for a host name, and the routes it takes.',
    properties: {
      name: {
        $ref: '#/$defs/DnsName',
        description: 'Unique in the Gateway; routes and policies name it as `sectionName`.',
      },
      hostname: {
        $ref: '#/$defs/Hostname',
        description: 'Only requests for this host. @default - any host',
      },
      port: { $ref: '#/$defs/Port' },
      protocol: {
        type: 'string',
        description: '`HTTP`, `HTTPS`, `TLS` or `TCP`.',
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
  },
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
        description: 'Secrets with `tls.crt` and `tls.key`; agentgateway takes one.',
        items: { $ref: '#/$defs/SecretObjectReference' },
        maxItems: 64,
        'x-kubernetes-list-type': 'atomic',
      },
      options: {
        type: 'object',
        description: 'Settings of the implementation.',
        additionalProperties: { type: 'string', minLength: 0, maxLength: 4096 },
        maxProperties: 16,
      },
    },
    rules: [
      ifThen(
        'terminateNeedsCertificate',
        (self) => field(self, 'mode') === 'Terminate',
        (self) =>
          entries(field(self, 'certificateRefs')).length > 0 ||
          Object.keys((field(self, 'options') as object) ?? {}).length > 0,
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
    description: 'Which routes may attach to a listener.',
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
      selector: { $ref: '#/$defs/LabelSelector', description: 'For `from: Selector`.' },
    },
  },
  GatewayAddress: {
    type: 'object',
    description: 'An address that the Gateway asks for.',
    properties: {
      type: {
        type: 'string',
        description:
          '`IPAddress`, `Hostname`, `NamedAddress` or a kind of address of its own domain.',
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
    rules: [
      {
        ...ifThen(
          'ipAddress',
          (self) => field(self, 'type') === 'IPAddress' && has(self, 'value'),
          (self) => isIpAddress(textField(self, 'value')),
          { path: 'value', message: 'must be an IPv4 or IPv6 address' },
        ),
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
      },
      ifThen(
        'hostnameAddress',
        (self) => field(self, 'type') === 'Hostname' && has(self, 'value'),
        (self) =>
          /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(
            textField(self, 'value'),
          ),
        { path: 'value', message: 'must be a host name in lower case' },
      ),
    ],
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
        rules: [{ form: 'unique(port)', check: () => [] }],
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

/** Addresses with a value may stand only once. */
const UNIQUE_ADDRESSES = unique('type and value', (address) => {
  const type = field(address, 'type');
  const compared = type === 'IPAddress' || type === 'Hostname';
  return compared && has(address, 'value') ? identityOf(type, field(address, 'value')) : undefined;
});

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
      listeners: {
        type: 'array',
        description: 'The ports. Two may share one if their host names differ.',
        items: { $ref: '#/$defs/Listener' },
        minItems: 1,
        maxItems: 64,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        rules: LISTENER_RULES,
      },
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
