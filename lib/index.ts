export { AllowedRoutes } from './constructs/allowed-routes';
export {
  Backend,
  type BackendImportOptions,
  type BackendProps,
  type ServiceNameOptions,
} from './constructs/backends/backend';
export {
  LlmBackend,
  type LlmBackendProps,
  type LlmGroup,
  type LlmGroupProvider,
} from './constructs/backends/llm';
export {
  LlmAuth,
  type LlmAwsOptions,
  type LlmAzureOptions,
  type LlmGcpOptions,
  type LlmSecretOptions,
} from './constructs/backends/llm-auth';
export type {
  LlmCallOptions,
  LlmEviction,
  LlmHealth,
  LlmMessage,
  LlmPrompt,
  LlmPromptCaching,
} from './constructs/backends/llm-call';
export { LlmFormat } from './constructs/backends/llm-format';
export {
  type AzureOpenAiOptions,
  type AzureOptions,
  AzureResourceType,
  type BedrockGuardrail,
  type BedrockOptions,
  type CustomLlmOptions,
  type LlmHostOptions,
  LlmModeration,
  LlmProvider,
  type LlmProviderOptions,
  type LlmServedFormat,
  type OpenAiOptions,
  type ServiceLlmOptions,
  type VertexAiOptions,
} from './constructs/backends/llm-provider';
export { ServiceBackend, type ServiceBackendOptions } from './constructs/backends/service';
export { StaticBackend, type StaticBackendProps } from './constructs/backends/static';
export { WeightedBackends } from './constructs/backends/weighted';
export { Cel } from './constructs/cel';
export { DirectResponse, type DirectResponseOptions } from './constructs/direct-response';
export {
  Gateway,
  type GatewayImportOptions,
  type GatewayProps,
  type IGateway,
  type IGatewayListener,
} from './constructs/gateway';
export {
  HttpRoute,
  type HttpRouteImportOptions,
  type HttpRouteProps,
  type IHttpRoute,
} from './constructs/http-route';
export {
  HttpRouteRule,
  type HttpRouteRuleOptions,
  type RouteTimeouts,
} from './constructs/http-route-rule';
export {
  type HttpListenerOptions,
  type HttpsListenerOptions,
  Listener,
} from './constructs/listener';
export { PathRewrite } from './constructs/path-rewrite';
export { ApiKeyMode, ApiKeyPolicy, type ApiKeyPolicyProps } from './constructs/policies/api-key';
export {
  ApiKeys,
  type KeySelectorOptions,
  type SecretKeysOptions,
} from './constructs/policies/api-keys';
export {
  AuthorizationPolicy,
  type AuthorizationPolicyProps,
  OnFailure,
} from './constructs/policies/authorization';
export {
  BasicAuthMode,
  BasicAuthPolicy,
  type BasicAuthPolicyProps,
} from './constructs/policies/basic-auth';
export { BasicAuthUsers, type SecretUsersOptions } from './constructs/policies/basic-auth-users';
export {
  CredentialLocation,
  type HeaderLocationOptions,
} from './constructs/policies/credential-location';
export { ExtAuth, type ExtAuthProps } from './constructs/policies/ext-auth';
export {
  type ExtAuthCache,
  type ExtAuthEntry,
  ExtAuthFailureMode,
  type ExtAuthOptions,
} from './constructs/policies/ext-auth-check';
export {
  type ExtAuthGrpcOptions,
  type ExtAuthHttpOptions,
  ExtAuthProtocol,
} from './constructs/policies/ext-auth-protocol';
export {
  ExtAuthService,
  type ExtAuthServiceNameOptions,
  type ExtAuthServiceOptions,
} from './constructs/policies/ext-auth-service';
export {
  Jwks,
  type RemoteJwksOptions,
  type ServiceJwksOptions,
} from './constructs/policies/jwks';
export {
  JwtMode,
  JwtPolicy,
  type JwtPolicyProps,
  type JwtProvider,
} from './constructs/policies/jwt';
export {
  Policy,
  PolicyInheritance,
  PolicyPhase,
  type PolicyProps,
} from './constructs/policies/policy';
export type { IPolicyTarget, PolicyTargetConfig } from './constructs/policies/policy-target';
export {
  RateLimit,
  type RateLimitOptions,
  RateLimitPolicy,
  type RateLimitPolicyProps,
  RateLimitUnit,
} from './constructs/policies/rate-limit';
export { Redirect, type RedirectOptions } from './constructs/redirect';
export {
  ReferenceGrant,
  ReferenceGrantFrom,
  type ReferenceGrantProps,
  ReferenceGrantTo,
} from './constructs/reference-grant';
export {
  type IResource,
  type IResourceMetadata,
  Resource,
  type ResourceProps,
} from './constructs/resource';
export type {
  BackendRefConfig,
  IBackend,
  IRouteAnswer,
  RouteAnswerConfig,
  WeightedBackend,
} from './constructs/route-answer';
export {
  type CorsOptions,
  type HeaderModifierOptions,
  type MirrorOptions,
  type RewriteOptions,
  RouteFilter,
} from './constructs/route-filter';
export {
  HttpMethod,
  PathMatch,
  RouteMatch,
  type RouteMatchOptions,
  ValueMatch,
} from './constructs/route-match';
export type {
  IRouteParent,
  RouteParentConfig,
  RouteParentListener,
} from './constructs/route-parent';
export type { RouteRetry } from './constructs/route-retry';
export { SecretReference, type SecretReferenceOptions } from './constructs/secret-reference';
export { GatewayApp, type GatewayAppProps, synthStandalone } from './synth';
export { GatewayApiChannel } from './synth/gateway-api-channel';
export {
  AgentgatewayValidation,
  type AgentgatewayValidationProps,
  type IValidationContext,
  type IValidationReport,
  type ValidationViolatingResource,
  type ValidationViolation,
} from './synth/validation-plugin';
