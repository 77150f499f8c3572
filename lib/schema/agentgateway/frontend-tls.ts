import { atLeastOneOf } from '../rule';
import type { Schema } from '../schema';
import { duration } from './shared';

function tlsVersion(which: string): Schema {
  return {
    type: 'string',
    description: `The ${which} version of TLS that clients may use.`,
    enum: ['1.2', '1.3'],
  };
}

const FIELDS: Readonly<Record<string, Schema>> = {
  minProtocolVersion: tlsVersion('oldest'),
  maxProtocolVersion: tlsVersion('newest'),
  handshakeTimeout: duration(
    'How long the beginning of a TLS connection may take before it is closed; at least 100ms. @default - 15s',
    '100ms',
  ),
  alpnProtocols: {
    type: 'array',
    description:
      'The protocols that clients may choose from, the preferred one first. @default - h2, then http/1.1',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    minItems: 1,
    maxItems: 16,
  },
  cipherSuites: {
    type: 'array',
    description:
      'The cipher suites that clients may choose from; those of TLS 1.3 begin with `TLS13_`. Leaving out all of a version leaves out the version. @default - all of these',
    items: {
      type: 'string',
      enum: [
        'TLS13_AES_128_GCM_SHA256',
        'TLS13_AES_256_GCM_SHA384',
        'TLS13_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
        'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      ],
    },
  },
  keyExchangeGroups: {
    type: 'array',
    description:
      'How keys are agreed on, the preferred way first; `X25519_MLKEM768` also withstands quantum computers. @default - all of these',
    items: { type: 'string', enum: ['P-256', 'P-384', 'X25519', 'X25519_MLKEM768'] },
  },
};

export const FRONTEND_TLS: Schema = {
  type: 'object',
  description:
    'How TLS is spoken with clients. Certificates are set at the listeners of the Gateway.',
  properties: FIELDS,
  rules: [atLeastOneOf(...Object.keys(FIELDS))],
};
