import { AgentgatewayBackend, AgentgatewayPolicy } from '../../imports/agentgateway.dev';
import { Gateway, HTTPRoute, ReferenceGrantV1Beta1 } from '../../imports/gateway.networking.k8s.io';

/** The kinds that the constructs write or refer to. */

export const GATEWAY = Gateway.GVK;
export const HTTP_ROUTE = HTTPRoute.GVK;
/** The version that clusters of every Gateway API release serve. */
export const REFERENCE_GRANT = ReferenceGrantV1Beta1.GVK;
export const AGENTGATEWAY_BACKEND = AgentgatewayBackend.GVK;
export const AGENTGATEWAY_POLICY = AgentgatewayPolicy.GVK;
export const SERVICE = { apiVersion: 'v1', kind: 'Service' };
export const SECRET = { apiVersion: 'v1', kind: 'Secret' };
