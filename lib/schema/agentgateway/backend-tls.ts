import { atMostOneOf, forbidden } from '../rule';
import type { Definitions } from '../schema';

export const BACKEND_TLS_DEFINITIONS: Definitions = {
  CACertificateReference: {
    type: 'object',
    description: 'Certificate authorities in PEM, in the entry `ca.crt`; in the same namespace.',
    properties: {
      kind: {
        type: 'string',
        description: 'What holds them; certificates are no secret, so a ConfigMap will do.',
        enum: ['ConfigMap', 'Secret'],
        default: 'ConfigMap',
      },
      name: { $ref: '#/$defs/ObjectName', description: 'The name of the ConfigMap or Secret.' },
    },
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
  },
  BackendTLS: {
    type: 'object',
    description:
      'Connects by TLS; an empty one does so with the certificate authorities of the operating system.',
    properties: {
      mtlsCertificateRef: {
        type: 'array',
        description:
          'The certificate that the gateway shows to the backend, a Secret with `tls.crt` and `tls.key`; its `ca.crt` is trusted where `caCertificateRefs` is left out. @default - none is shown',
        items: { $ref: '#/$defs/SecretReference' },
        maxItems: 1,
        'x-kubernetes-list-type': 'atomic',
      },
      caCertificateRefs: {
        type: 'array',
        description:
          'Who must have signed the certificate of the backend. @default - any authority that the operating system trusts',
        items: { $ref: '#/$defs/CACertificateReference' },
        maxItems: 1,
        'x-kubernetes-list-type': 'atomic',
      },
      certificateSource: {
        type: 'string',
        description:
          '`Inline` takes certificates from the fields here; `SPIFFE` takes the identity of the gateway and whom it trusts from the SPIFFE workload API that AgentgatewayParameters name.',
        enum: ['Inline', 'SPIFFE'],
        default: 'Inline',
      },
      insecureSkipVerify: {
        type: 'string',
        description:
          '`Hostname` accepts a trusted certificate that is made out to another name; `All` accepts any, so that whoever sits in between reads and changes everything. @default - both are checked',
        enum: ['All', 'Hostname'],
      },
      sni: {
        $ref: '#/$defs/DnsName',
        description:
          'The name that the gateway asks for, and that the certificate must be made out to. @default - the host of the backend',
      },
      verifySubjectAltNames: {
        type: 'array',
        description:
          'The certificate must be made out to one of these, in place of the name that is asked for; a URI such as `spiffe://cluster.local/ns/a/sa/b` too.',
        items: { type: 'string', minLength: 1, maxLength: 256 },
        minItems: 1,
        maxItems: 16,
      },
      alpnProtocols: {
        type: 'array',
        description:
          'The protocols that the gateway offers, the preferred one first: `h2`, `http/1.1`. @default - both',
        items: { type: 'string', minLength: 1, maxLength: 64 },
        minItems: 1,
        maxItems: 16,
      },
      keyExchangeGroups: {
        type: 'array',
        description:
          'How keys are agreed on, the preferred one first; `X25519_MLKEM768` withstands quantum computers. @default - what the TLS library offers',
        items: { type: 'string', enum: ['P-256', 'P-384', 'X25519', 'X25519_MLKEM768'] },
      },
    },
    rules: [
      forbidden(
        "has(self.insecureSkipVerify) && self.insecureSkipVerify == 'All'",
        ['caCertificateRefs'],
        'with `insecureSkipVerify: All` no certificate is checked; leave one of them out',
      ),
      forbidden(
        "has(self.certificateSource) && self.certificateSource == 'SPIFFE'",
        ['mtlsCertificateRef', 'caCertificateRefs', 'insecureSkipVerify'],
        'with `certificateSource: SPIFFE`, the workload API gives the certificates and says whom to trust',
      ),
      atMostOneOf('verifySubjectAltNames', 'insecureSkipVerify'),
    ],
  },
};
