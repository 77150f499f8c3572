import { AGENTGATEWAY_BACKEND } from './agentgateway/agentgateway-backend';
import { AGENTGATEWAY_MODEL } from './agentgateway/agentgateway-model';
import { AGENTGATEWAY_PARAMETERS } from './agentgateway/agentgateway-parameters';
import { AGENTGATEWAY_POLICY } from './agentgateway/agentgateway-policy';
import { BACKEND_TLS_POLICY } from './gateway-api/backend-tls-policy';
import { GATEWAY } from './gateway-api/gateway';
import { GATEWAY_CLASS } from './gateway-api/gateway-class';
import { GRPC_ROUTE } from './gateway-api/grpc-route';
import { HTTP_ROUTE } from './gateway-api/http-route';
import { LISTENER_SET } from './gateway-api/listener-set';
import { REFERENCE_GRANT } from './gateway-api/reference-grant';
import { TCP_ROUTE } from './gateway-api/tcp-route';
import { TLS_ROUTE } from './gateway-api/tls-route';
import { UDP_ROUTE } from './gateway-api/udp-route';
import type { Kind } from './schema';

/** Every kind that is stated. */
export const KINDS: readonly Kind[] = [
  AGENTGATEWAY_BACKEND,
  AGENTGATEWAY_MODEL,
  AGENTGATEWAY_PARAMETERS,
  AGENTGATEWAY_POLICY,
  BACKEND_TLS_POLICY,
  GATEWAY,
  GATEWAY_CLASS,
  GRPC_ROUTE,
  HTTP_ROUTE,
  LISTENER_SET,
  REFERENCE_GRANT,
  TCP_ROUTE,
  TLS_ROUTE,
  UDP_ROUTE,
];

/** What a kind of these names is called now; documents of earlier versions still show them. */
export const FORMER_KINDS: Readonly<Record<string, string>> = {
  TrafficPolicy: 'AgentgatewayPolicy',
  FrontendPolicy: 'AgentgatewayPolicy',
  BackendPolicy: 'AgentgatewayPolicy',
  RoutePolicy: 'AgentgatewayPolicy',
  HTTPListenerPolicy: 'AgentgatewayPolicy',
  Backend: 'AgentgatewayBackend',
  GatewayParameters: 'AgentgatewayParameters',
  ReferencePolicy: 'ReferenceGrant',
};
