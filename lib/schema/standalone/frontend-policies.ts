import { atMostOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import {
  choice,
  duration,
  list,
  notRun,
  object,
  optional,
  ref,
  size,
  texts,
  whole,
} from './shared';

type Properties = Readonly<Record<string, Schema>>;

function limit(description: string): Schema {
  return notRun(whole(description, 32, { nullable: true }));
}

const HTTP2: Properties = {
  http2WindowSize: limit('Bytes of a stream that may be under way.'),
  http2ConnectionWindowSize: limit('Bytes of a connection that may be under way.'),
  http2FrameSize: limit('Bytes of a frame at the most.'),
  http2MaxHeaderSize: limit('Bytes of headers at the most.'),
  http2KeepaliveInterval: notRun(duration('How often a silent connection is probed.')),
  http2KeepaliveTimeout: notRun(duration('How long a probe may go unanswered.')),
};

export const FRONTEND_DEFINITIONS: Definitions = {
  FrontendHttp: object('Limits of HTTP.', {
    maxBufferSize: {
      ...size('Bytes of a body that are held at most.'),
      default: 2097152,
      nullable: false,
    },
    http1MaxHeaders: size('Headers that a request may have.'),
    http1IdleTimeout: duration('How long a connection may be idle.', {
      default: '10m0s',
      nullable: false,
    }),
    http1HeaderCase: choice(
      'How header names are written to HTTP/1.1 peers.',
      ['lowercase', 'preserve'],
      'lowercase',
    ),
    maxConnectionDuration: duration('How long a connection may live.'),
    ...HTTP2,
  }),
  FrontendTls: object('TLS towards clients.', {
    handshakeTimeout: duration('How long the handshake may take.', {
      default: '15s',
      nullable: false,
    }),
    minVersion: optional('TlsVersion', { description: 'The oldest version that is spoken.' }),
    maxVersion: optional('TlsVersion', { description: 'The newest version that is spoken.' }),
    alpn: notRun(
      list(
        'Protocols that are offered, each as a list of the values of its bytes.',
        { type: 'array', items: whole('One byte.', 8) },
        { nullable: true },
      ),
    ),
    cipherSuites: notRun({ ...texts('Cipher suites that are allowed.'), nullable: true }),
    keyExchangeGroups: notRun({
      ...texts('Groups that are allowed for the key exchange.'),
      nullable: true,
    }),
  }),
  ProxyProtocol: object('The PROXY protocol, by which a balancer names the client.', {
    version: choice('Which versions are understood.', ['v1', 'v2', 'all'], 'v2'),
    mode: choice('Whether every connection must begin with it.', ['strict', 'optional'], 'strict'),
  }),
};

/** Settings of the whole process, before any request. */
export const FRONTEND_POLICIES: Schema = {
  ...object(
    'How clients connect, and what is logged; for the whole process.',
    {
      http: optional('FrontendHttp'),
      tls: optional('FrontendTls'),
      accessLog: optional('AccessLog'),
      logging: notRun(optional('AccessLog'), 'write `accessLog`, which means the same'),
      tcp: notRun(
        object(
          'Connections of clients.',
          { keepalives: ref('Keepalive') },
          { required: ['keepalives'], nullable: true },
        ),
      ),
      networkAuthorization: notRun(
        optional('RuleSet', {
          description: 'Who may connect, by address, before anything is read.',
        }),
      ),
      networkExtAuthz: notRun(
        optional('ExtAuth', { description: 'Asks another service who may connect.' }),
      ),
      proxyProtocol: notRun(optional('ProxyProtocol')),
      proxy: notRun(optional('ProxyProtocol'), 'write `proxyProtocol`, which means the same'),
      connect: notRun(
        object(
          'What happens to CONNECT requests.',
          {
            mode: choice('They are refused, routed as others are, or tunnelled.', [
              ...['deny', 'route', 'tunnel'],
            ]),
          },
          { required: ['mode'], nullable: true },
        ),
      ),
      tracing: notRun(optional('Tracing')),
    },
    {
      rules: [atMostOneOf('accessLog', 'logging'), atMostOneOf('proxyProtocol', 'proxy')],
    },
  ),
};
