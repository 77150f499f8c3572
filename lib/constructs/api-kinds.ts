/** The kinds that the constructs write, in the versions that agentgateway v1.4 and Gateway API v1.6 store. */

const GATEWAY_API = 'gateway.networking.k8s.io';
const AGENTGATEWAY = 'agentgateway.dev';

export const GATEWAY = { apiVersion: `${GATEWAY_API}/v1`, kind: 'Gateway' };
export const HTTP_ROUTE = { apiVersion: `${GATEWAY_API}/v1`, kind: 'HTTPRoute' };
export const REFERENCE_GRANT = { apiVersion: `${GATEWAY_API}/v1beta1`, kind: 'ReferenceGrant' };
export const AGENTGATEWAY_BACKEND = {
  apiVersion: `${AGENTGATEWAY}/v1alpha1`,
  kind: 'AgentgatewayBackend',
};
export const AGENTGATEWAY_POLICY = {
  apiVersion: `${AGENTGATEWAY}/v1alpha1`,
  kind: 'AgentgatewayPolicy',
};
export const SERVICE = { apiVersion: 'v1', kind: 'Service' };
export const SECRET = { apiVersion: 'v1', kind: 'Secret' };
