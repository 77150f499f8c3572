import type { Definitions, Schema } from '../schema';
import { empty, notRun, object, optional } from './shared';

type Properties = Readonly<Record<string, Schema>>;

/** Before a route is chosen. */
export const GATEWAY_POLICIES: Properties = {
  apiKey: optional('ApiKeyPolicy'),
  cors: optional('Cors'),
  jwtAuth: optional('JwtPolicy'),
  basicAuth: optional('BasicAuth'),
  oidc: notRun(optional('Oidc')),
  authorization: optional('RuleSet'),
  extAuthz: optional('ExtAuthOrConditional'),
  extProc: notRun(optional('ExtProcOrConditional')),
  transformations: notRun(optional('TransformationOrConditional')),
};

/** Wherever something other than a backend is called. */
const TARGET_POLICIES: Properties = {
  requestHeaderModifier: optional('HeaderModifier'),
  transformations: notRun(optional('Transformation')),
  backendTLS: optional('BackendTls'),
  backendAuth: optional('BackendAuth'),
  http: optional('BackendHttp'),
  tcp: optional('BackendTcp'),
  backendTunnel: notRun(optional('Tunnel')),
};

const BACKEND_POLICIES: Properties = {
  ...TARGET_POLICIES,
  responseHeaderModifier: optional('HeaderModifier'),
  requestRedirect: optional('RequestRedirect'),
  health: optional('Health'),
  extAuthz: optional('ExtAuth'),
  authorization: notRun(optional('RuleSet')),
  mcpAuthorization: notRun(optional('RuleSet')),
  mcpGuardrails: notRun(optional('McpGuardrails')),
  a2a: notRun(optional('A2a')),
  inferenceRouting: notRun(optional('InferenceRouting')),
  sessionAffinity: notRun(optional('SessionAffinity')),
  ai: optional('AiPolicy'),
};

const ROUTE_POLICIES: Properties = {
  ...GATEWAY_POLICIES,
  requestHeaderModifier: optional('HeaderModifier'),
  responseHeaderModifier: optional('HeaderModifier'),
  requestRedirect: optional('RequestRedirect'),
  urlRewrite: optional('UrlRewrite'),
  requestMirror: optional('RequestMirror'),
  directResponse: optional('DirectResponseOrConditional'),
  timeout: optional('Timeout'),
  retry: optional('Retry'),
  mcpAuthorization: notRun(optional('RuleSet')),
  mcpGuardrails: notRun(optional('McpGuardrails')),
  mcpAuthentication: notRun(optional('McpAuthentication')),
  a2a: notRun(optional('A2a')),
  ai: notRun(optional('AiPolicy')),
  backendTLS: notRun(optional('BackendTls')),
  backendTunnel: notRun(optional('Tunnel')),
  backendAuth: notRun(optional('BackendAuth')),
  localRateLimit: optional('LocalRateLimitOrConditional'),
  remoteRateLimit: notRun(optional('RemoteRateLimitOrConditional')),
  csrf: notRun(optional('Csrf')),
  buffer: notRun(optional('Buffer')),
  delay: notRun(optional('Delay')),
};

/** Which policies may stand at which place. */
export const POLICY_PLACES: Definitions = {
  GatewayPolicies: object('What runs before a route is chosen.', GATEWAY_POLICIES),
  RoutePolicies: object('What runs once a route is chosen.', ROUTE_POLICIES),
  BackendPolicies: object('How a backend is called.', BACKEND_POLICIES),
  TargetPolicies: object('How something is called.', TARGET_POLICIES),
  TcpRoutePolicies: object('What runs on connections of a route.', {
    backendTLS: optional('BackendTls'),
  }),
  TcpBackendPolicies: object('How a backend is reached.', {
    backendTLS: optional('BackendTls'),
    backendTunnel: optional('Tunnel'),
  }),
  A2a: empty('Marks traffic of the Agent2Agent protocol: `a2a: {}`.'),
};
