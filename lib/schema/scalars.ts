import type { Definitions, Schema } from './schema';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_NAME = `^${LABEL}(\\.${LABEL})*$`;

const DNS_NAME_MEANS =
  'lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit';

/** Values that both API groups are made of. */
export const SCALARS = {
  /** A DNS name (RFC 1123 subdomain). */
  DnsName: {
    type: 'string',
    description: 'A DNS name: lower-case labels with dots between them.',
    minLength: 1,
    maxLength: 253,
    pattern: DNS_NAME,
    patternMeans: DNS_NAME_MEANS,
  },
  ObjectName: {
    type: 'string',
    description: 'The name of a Kubernetes object.',
    minLength: 1,
    maxLength: 253,
  },
  Namespace: {
    type: 'string',
    description: 'The name of a namespace.',
    minLength: 1,
    maxLength: 63,
    pattern: `^${LABEL}$`,
    patternMeans: 'lower-case letters, digits and `-`, beginning and ending with a letter or digit',
  },
  Group: {
    type: 'string',
    description: 'An API group; empty for the core group, which Service and Secret belong to.',
    maxLength: 253,
    pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    patternMeans: 'the name of an API group, such as `gateway.networking.k8s.io`, or empty',
  },
  KindName: {
    type: 'string',
    description: 'A kind, written as manifests write it: `Service`.',
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
    patternMeans: 'the name of a kind, such as `Service`',
  },
  Port: {
    type: 'integer',
    description: 'A port number.',
    format: 'int32',
    minimum: 1,
    maximum: 65535,
  },
  HeaderName: {
    type: 'string',
    description: 'The name of an HTTP header field; upper and lower case are the same.',
    minLength: 1,
    maxLength: 256,
    pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    patternMeans: 'the name of a header: letters, digits and `-`, without spaces or colons',
  },
  LabelMap: {
    type: 'object',
    description: 'Labels that must all be there, with these values.',
    additionalProperties: { type: 'string' },
  },
} as const satisfies Definitions;

/** `1h30m`, `250ms`, with the length bound of the place, if it has one. */
export const DURATION: Schema = {
  type: 'string',
  description: 'A length of time: up to four whole numbers with a unit, `1h30m`, `10s`, `250ms`.',
  pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
  patternMeans: 'a duration such as `10s`, `250ms` or `1h30m`, in whole numbers',
};
