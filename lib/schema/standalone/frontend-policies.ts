import type { Schema } from '../schema';
import { TLS_VERSION } from './server-tls';
import { duration, notRun, size, texts } from './shared';

/** Settings of the whole process, before any request. */
export const FRONTEND_POLICIES: Schema = {
  type: 'object',
  description: 'How clients connect, and what is logged.',
  nullable: true,
  properties: {
    http: {
      type: 'object',
      description: 'Limits of HTTP.',
      nullable: true,
      properties: {
        maxBufferSize: size('Bytes of a body that are held at most.'),
        http1MaxHeaders: size('Headers that a request may have.'),
        http1IdleTimeout: duration('How long a connection may be idle.'),
        http1HeaderCase: {
          type: 'string',
          description: 'How header names are written to HTTP/1.1 peers.',
          enum: ['lowercase', 'preserve'],
        },
        maxConnectionDuration: duration('How long a connection may live.'),
      },
      unsupported: notRun(
        'http2WindowSize',
        'http2ConnectionWindowSize',
        'http2FrameSize',
        'http2MaxHeaderSize',
        'http2KeepaliveInterval',
        'http2KeepaliveTimeout',
      ),
    },
    tls: {
      type: 'object',
      description: 'TLS towards clients.',
      nullable: true,
      properties: {
        handshakeTimeout: duration('How long the handshake may take.'),
        minVersion: TLS_VERSION,
        maxVersion: TLS_VERSION,
      },
      unsupported: notRun('alpn', 'cipherSuites', 'keyExchangeGroups'),
    },
    accessLog: {
      type: 'object',
      description: 'The access log.',
      nullable: true,
      properties: { remove: texts('Fields that are left out.') },
      unsupported: notRun('filter', 'add', 'otlp', 'database'),
    },
  },
  unsupported: {
    ...notRun(
      'tcp',
      'networkAuthorization',
      'networkExtAuthz',
      'proxy',
      'proxyProtocol',
      'connect',
      'tracing',
    ),
    logging: 'write `accessLog`, which means the same',
  },
};
