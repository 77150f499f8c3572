import { allOrNone, cel, union, uniqueBy } from '../rule';
import type { Kind } from '../schema';
import { GATEWAY_API, GATEWAY_API_DEFINITIONS } from './shared';

const TARGET = ['group', 'kind', 'name'];

export const BACKEND_TLS_POLICY: Kind = {
  group: GATEWAY_API,
  kind: 'BackendTLSPolicy',
  plural: 'backendtlspolicies',
  shortNames: ['btlspolicy'],
  scope: 'Namespaced',
  versions: ['v1'],
  formerVersions: [{ name: 'v1alpha3' }],
  status: true,
  description:
    'Makes the gateway speak TLS to a backend, and says whose certificates it takes. Of two policies on one backend the older counts.',
  definitions: {
    ...GATEWAY_API_DEFINITIONS,
    PolicyTargetReference: {
      type: 'object',
      description: 'A backend in the namespace of the policy, or one of its ports.',
      properties: {
        group: {
          $ref: '#/$defs/Group',
          description: 'The API group of the backend; empty for a Service.',
        },
        kind: {
          $ref: '#/$defs/KindName',
          description:
            'The kind of the backend: `Service`, `AgentgatewayBackend` or `InferencePool`.',
        },
        name: { $ref: '#/$defs/ObjectName', description: 'The name of the backend.' },
        sectionName: {
          $ref: '#/$defs/DnsName',
          description: 'A port of a Service, by name or number. @default - all of them',
        },
      },
      required: ['group', 'kind', 'name'],
    },
    SubjectAltName: {
      type: 'object',
      description: 'A name that the certificate must hold.',
      properties: {
        type: {
          type: 'string',
          description: 'Which kind of name; the field of that kind holds it.',
          enum: ['Hostname', 'URI'],
        },
        hostname: { $ref: '#/$defs/Hostname', description: 'For `type: Hostname`.' },
        uri: {
          type: 'string',
          description: 'For `type: URI`, such as a SPIFFE identity.',
          minLength: 1,
          maxLength: 253,
          pattern: '^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\\?([^#]*))?(#(.*))?',
          patternMeans: 'a URI with a scheme and `//`, such as `spiffe://cluster.local/ns/a/sa/b`',
        },
      },
      required: ['type'],
      rules: [union('type', { Hostname: 'hostname', URI: 'uri' })],
    },
    BackendTLSPolicyValidation: {
      type: 'object',
      description: 'Which certificates are taken.',
      properties: {
        hostname: {
          $ref: '#/$defs/DnsName',
          description:
            'The name that the gateway asks for (SNI), and that the certificate must be for unless `subjectAltNames` says other ones.',
        },
        caCertificateRefs: {
          type: 'array',
          description:
            'ConfigMaps with `ca.crt`, in the namespace of the policy; one of the authorities must have signed.',
          items: { $ref: '#/$defs/LocalObjectReference' },
          maxItems: 8,
          'x-kubernetes-list-type': 'atomic',
        },
        wellKnownCACertificates: {
          type: 'string',
          description: '`System` for the authorities that the gateway’s own system trusts.',
          minLength: 1,
          maxLength: 253,
          pattern:
            '^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$',
          patternMeans: '`System`, or a domain and a name that an implementation defines',
        },
        subjectAltNames: {
          type: 'array',
          description:
            'Names of which the certificate must hold one, in place of `hostname`. @default - `hostname`',
          items: { $ref: '#/$defs/SubjectAltName' },
          maxItems: 5,
          'x-kubernetes-list-type': 'atomic',
        },
      },
      required: ['hostname'],
      rules: [
        cel(
          '!(has(self.caCertificateRefs) && self.caCertificateRefs.size() > 0 && has(self.wellKnownCACertificates))',
          {
            path: 'wellKnownCACertificates',
            message:
              '`wellKnownCACertificates` cannot stand beside `caCertificateRefs`; keep one of them',
            code: 'Forbidden',
          },
        ),
        cel(
          '(has(self.caCertificateRefs) && self.caCertificateRefs.size() > 0) || has(self.wellKnownCACertificates)',
          {
            path: 'caCertificateRefs',
            message: '`caCertificateRefs` or `wellKnownCACertificates` is required here',
            hint: 'write wellKnownCACertificates: System for certificates of public authorities',
            code: 'Required',
          },
        ),
      ],
    },
  },
  spec: {
    type: 'object',
    description: 'Which backends are spoken to over TLS, and whose certificates are taken.',
    properties: {
      targetRefs: {
        type: 'array',
        description: 'The backends, in the namespace of the policy.',
        items: { $ref: '#/$defs/PolicyTargetReference' },
        minItems: 1,
        maxItems: 16,
        'x-kubernetes-list-type': 'atomic',
        rules: [
          allOrNone('sectionName', TARGET, 'names a port of the same target'),
          uniqueBy([...TARGET, 'sectionName?'], { what: 'target and sectionName' }),
        ],
      },
      validation: { $ref: '#/$defs/BackendTLSPolicyValidation' },
      options: {
        type: 'object',
        description: 'Settings of the implementation; agentgateway has none.',
        additionalProperties: { type: 'string', minLength: 0, maxLength: 4096 },
        maxProperties: 16,
      },
    },
    required: ['targetRefs', 'validation'],
  },
};
