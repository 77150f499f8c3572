import { atMostOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { ROUTES_OF_PROTOCOL } from './listener-routes';
import { cel } from './null-safe-rules';
import { GATEWAY_POLICIES } from './policies';
import { protocol, SERVER_TLS_OR_NONE, TLS_WITH_HTTPS } from './server-tls';
import { choice, list, notRun, object, optional, PORT, ref, text } from './shared';

const HOSTNAME = text(
  'Only requests for this host, exact or `*.example.com`; empty or `*` for any. The closest one is chosen.',
);

const OPTIONAL_PORT: Schema = { ...PORT, nullable: true };

/** What binds with an inner address have none of. */
const PORT_UNLESS_INTERNAL = cel("has(self.port) || (has(self.mode) && self.mode == 'internal')", {
  path: 'port',
  message: '`port` is required here',
  code: 'Required',
});

export const LISTENERS: Definitions = {
  Bind: object(
    'A port with its listeners; the older form of `gateways`, and still complete.',
    {
      port: OPTIONAL_PORT,
      listeners: list('The listeners.', ref('Listener')),
      mode: notRun(
        choice(
          '`internal` opens no port: backends with `internal` reach it.',
          ['standard', 'internal'],
          'standard',
        ),
      ),
      tunnelProtocol: notRun(
        choice(
          'What connections come wrapped in.',
          ['direct', 'hboneWaypoint', 'hboneGateway', 'proxy', 'connect'],
          'direct',
        ),
      ),
    },
    { required: ['listeners'], rules: [PORT_UNLESS_INTERNAL] },
  ),
  Listener: object(
    'A host name on a port, with its routes.',
    {
      name: text('The name, for logs and policies. @default - `listener` and its number'),
      namespace: text('A namespace for the name.'),
      hostname: HOSTNAME,
      protocol: protocol(['HBONE']),
      tls: SERVER_TLS_OR_NONE,
      policies: optional('GatewayPolicies'),
      routes: list('The routes of HTTP.', ref('Route'), { nullable: true }),
      tcpRoutes: notRun(list('The routes of connections.', ref('TcpRoute'), { nullable: true })),
    },
    { rules: [TLS_WITH_HTTPS, atMostOneOf('routes', 'tcpRoutes'), ROUTES_OF_PROTOCOL] },
  ),
  Gateway: object(
    'A port that is listened on.',
    {
      port: OPTIONAL_PORT,
      protocol: { ...protocol(), nullable: true },
      tls: SERVER_TLS_OR_NONE,
      listeners: list(
        'Host names on the port. @default - one for any host',
        ref('GatewayListener'),
      ),
      ...GATEWAY_POLICIES,
    },
    { neededToRun: ['port'], rules: [TLS_WITH_HTTPS] },
  ),
  GatewayListener: object('A host name on the port of a gateway.', {
    name: text('The name, for logs and for routes that name it. @default - its number'),
    hostname: HOSTNAME,
    protocol: { ...protocol(), nullable: true },
    tls: SERVER_TLS_OR_NONE,
    ...GATEWAY_POLICIES,
  }),
};
