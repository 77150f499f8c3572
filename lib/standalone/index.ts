export type { Diagnostic, ObjectKey, Severity } from '../diagnostic';
export { formatDiagnostic, hasErrors } from '../diagnostic';
export type {
  ApiKeyEntry,
  ApiKeyPolicy,
  AttachedRouteEntry,
  AuthorizationLocation,
  BackendPoliciesEntry,
  BindEntry,
  ConfigSection,
  CorsPolicy,
  DirectResponse,
  DurationText,
  FrontendPoliciesEntry,
  GatewayEntry,
  GatewayListenerEntry,
  GatewayPolicies,
  HeaderModifier,
  HostRewrite,
  ListenerEntry,
  NamedBackendEntry,
  PathMatch,
  PathRewrite,
  PolicyTarget,
  RequestRedirect,
  RetryPolicy,
  RouteBackendEntry,
  RouteEntry,
  RouteMatch,
  RoutePolicies,
  ServerTlsEntry,
  StandaloneDocument,
  TargetedPolicyEntry,
  Text,
  TlsVersion,
  UrlRewrite,
  ValueMatch,
} from './document';
export type { TextPosition } from './line-index';
export type {
  NormalApiKeyPolicy,
  NormalBackend,
  NormalBind,
  NormalConfig,
  NormalDocument,
  NormalListener,
  NormalPolicies,
  NormalRoute,
  NormalTargetedPolicy,
} from './normal-document';
export type { Normalization } from './normalize';
export { normalizeStandalone } from './normalize';
export type { ReadOptions, ReadResult } from './read';
export { readStandalone } from './read';
export type { ExpandedDocument, VariableLookup } from './variables';
export { expandVariables, Variable } from './variables';
export { writeStandalone } from './write';
