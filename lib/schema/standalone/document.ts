import type { Definitions, Schema } from '../schema';
import { ACCESS_LOG } from './access-log';
import { AI } from './ai';
import { AI_PROVIDERS } from './ai-providers';
import { API_KEY } from './api-key';
import { AUTHORIZATION } from './authorization';
import { AWS_AUTH } from './aws-auth';
import { AZURE_AUTH } from './azure-auth';
import { BACKEND_AUTH } from './backend-auth';
import { BACKEND_HEALTH } from './backend-health';
import { BACKEND_HTTP } from './backend-http';
import { BACKEND_TCP } from './backend-tcp';
import { BACKEND_TLS } from './backend-tls';
import { BACKENDS, NAMED_BACKENDS } from './backends';
import { BASIC_AUTHENTICATION } from './basic-authentication';
import { BUFFER } from './buffer';
import { CONFIG } from './config';
import { CORS } from './cors';
import { CREDENTIAL_LOCATION } from './credential-location';
import { CSRF } from './csrf';
import { DELAY } from './delay';
import { DIRECT_RESPONSE_DEFINITIONS } from './direct-response';
import { EXT_AUTH_DEFINITIONS } from './ext-auth';
import { EXT_PROC_DEFINITIONS } from './ext-proc';
import { FRONTEND_DEFINITIONS, FRONTEND_POLICIES } from './frontend-policies';
import { GCP_AUTH } from './gcp-auth';
import { HEADER_MODIFIER } from './header-modifier';
import { INFERENCE_ROUTING } from './inference-routing';
import { JWT } from './jwt';
import { JWT_SIGN } from './jwt-sign';
import { LISTENERS } from './listeners';
import { LLM, LLM_DEFINITIONS } from './llm';
import { MCP } from './mcp';
import { MCP_AUTHENTICATION } from './mcp-authentication';
import { MCP_BACKEND } from './mcp-backend';
import { MCP_GUARDRAILS } from './mcp-guardrails';
import { MIRROR } from './mirror';
import { OAUTH } from './oauth';
import { OIDC } from './oidc';
import { POLICY_PLACES } from './policies';
import { PROMPT_GUARD } from './prompt-guard';
import { RATE_LIMIT } from './rate-limit';
import { RETRY } from './retry';
import { REWRITE } from './rewrite';
import { ROUTES } from './routes';
import { SERVER_TLS } from './server-tls';
import { list, map, notRun, object, open, ref, SHARED } from './shared';
import { TARGETS } from './target';
import { TARGETED_POLICIES, TARGETED_POLICY } from './targeted-policy';
import { TIMEOUT } from './timeout';
import { TRACING } from './tracing';
import { TRANSFORMATION_DEFINITIONS } from './transformation';
import { TUNNEL } from './tunnel';
import { UI } from './ui';

const DEFINITIONS: Definitions = {
  CredentialLocation: CREDENTIAL_LOCATION,
  ...SHARED,
  ...TARGETS,
  ...CONFIG,
  ...LISTENERS,
  ...SERVER_TLS,
  ...FRONTEND_DEFINITIONS,
  ...ACCESS_LOG,
  ...TRACING,
  ...ROUTES,
  ...BACKENDS,
  ...TARGETED_POLICY,
  ...POLICY_PLACES,
  ...API_KEY,
  ...JWT,
  ...BASIC_AUTHENTICATION,
  ...OIDC,
  ...AUTHORIZATION,
  ...EXT_AUTH_DEFINITIONS,
  ...EXT_PROC_DEFINITIONS,
  ...RATE_LIMIT,
  ...TRANSFORMATION_DEFINITIONS,
  ...CORS,
  ...CSRF,
  ...HEADER_MODIFIER,
  ...REWRITE,
  ...MIRROR,
  ...DIRECT_RESPONSE_DEFINITIONS,
  ...TIMEOUT,
  ...RETRY,
  ...DELAY,
  ...BUFFER,
  ...BACKEND_TLS,
  ...BACKEND_AUTH,
  ...JWT_SIGN,
  ...OAUTH,
  ...AWS_AUTH,
  ...AZURE_AUTH,
  ...GCP_AUTH,
  ...BACKEND_HTTP,
  ...BACKEND_TCP,
  ...BACKEND_HEALTH,
  ...TUNNEL,
  ...INFERENCE_ROUTING,
  ...MCP_BACKEND,
  ...MCP_AUTHENTICATION,
  ...MCP_GUARDRAILS,
  ...AI,
  ...AI_PROVIDERS,
  ...PROMPT_GUARD,
  ...LLM_DEFINITIONS,
};

/** The standalone file as agentgateway reads it; what this gateway does not run is marked. */
export const STANDALONE: { readonly document: Schema; readonly definitions: Definitions } = {
  definitions: DEFINITIONS,
  document: object('The configuration of agentgateway in one file.', {
    config: ref('Config'),
    binds: list('Ports with listeners and routes; `gateways` is the newer form.', ref('Bind')),
    gateways: map('Ports by name; `routes` refer to them.', ref('Gateway')),
    routes: list('Routes of the entries of `gateways`.', ref('AttachedRoute')),
    backends: NAMED_BACKENDS,
    policies: TARGETED_POLICIES,
    frontendPolicies: FRONTEND_POLICIES,
    tcpRoutes: notRun(
      list('Routes of connections of the entries of `gateways`.', ref('AttachedTcpRoute')),
    ),
    routeGroups: notRun(list('Routes that others go on with, by name.', ref('RouteGroup'))),
    services: notRun(
      list('Services as Istio describes them, for backends with `service`.', open('A service.')),
    ),
    workloads: notRun(
      list('Workloads as Istio describes them, behind `services`.', open('A workload.')),
    ),
    llm: notRun(LLM),
    mcp: notRun(MCP),
    ui: notRun(UI),
  }),
};
