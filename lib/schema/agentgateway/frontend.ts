import { atLeastOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { ACCESS_LOG } from './access-log';
import { AUTHORIZATION_DEFINITIONS } from './authorization';
import { FRONTEND_HTTP } from './frontend-http';
import { FRONTEND_TLS } from './frontend-tls';
import { LOG_ATTRIBUTE_DEFINITIONS } from './log-attributes';
import { METRICS } from './metrics';
import { TRACING } from './tracing';

export const FRONTEND_DEFINITIONS: Definitions = {
  ...AUTHORIZATION_DEFINITIONS,
  ...LOG_ATTRIBUTE_DEFINITIONS,
};

/** Settings of a connection, which a listener does not have apart from its port. */
const CONNECTION: Readonly<Record<string, Schema>> = {
  tcp: {
    type: 'object',
    description: 'How TCP connections of clients are kept.',
    properties: {
      keepalive: {
        $ref: '#/$defs/Keepalive',
        description: 'Probes that find out whether a silent client is still there.',
      },
    },
    rules: [atLeastOneOf('keepalive')],
  },
  networkAuthorization: {
    $ref: '#/$defs/Authorization',
    description:
      'Who may connect at all, decided once for each connection, before TLS and HTTP: expressions know `source` alone, such as `source.address`. A refused connection is closed without an answer.',
  },
  tls: FRONTEND_TLS,
  http: FRONTEND_HTTP,
  proxyProtocol: {
    type: 'object',
    description:
      'Reads the address of the client from the PROXY protocol, where a load balancer in front writes it. Anybody who reaches the port past the load balancer can write any address.',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Strict` closes connections that do not begin with it, `Optional` takes both.',
        enum: ['Optional', 'Strict'],
        default: 'Strict',
      },
      version: {
        type: 'string',
        description: 'Which versions are read: `V1` (text), `V2` (binary) or `All`.',
        enum: ['All', 'V1', 'V2'],
        default: 'V2',
      },
    },
  },
  connect: {
    type: 'object',
    description: 'What happens to CONNECT requests. @default - they are answered 405',
    properties: {
      mode: {
        type: 'string',
        description:
          '`Deny` answers 405, `Route` takes them to a route like other requests, `Tunnel` makes the port a proxy that takes nothing but CONNECT and serves what comes through the tunnel.',
        enum: ['Deny', 'Route', 'Tunnel'],
      },
    },
    required: ['mode'],
  },
};

export const CONNECTION_FIELDS = Object.keys(CONNECTION);

const FIELDS: Readonly<Record<string, Schema>> = {
  ...CONNECTION,
  accessLog: ACCESS_LOG,
  metrics: METRICS,
  tracing: TRACING,
};

export const FRONTEND: Schema = {
  type: 'object',
  description: 'How clients connect to a Gateway, and what is logged and measured.',
  properties: FIELDS,
  rules: [atLeastOneOf(...Object.keys(FIELDS))],
};
