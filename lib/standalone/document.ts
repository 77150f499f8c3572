/**
 * The standalone file, as agentgateway reads it. Field names are the file's own. Typed is what this gateway runs, and what
 * the translator writes besides; `read` and `normalizeStandalone` refuse the rest with its path.
 */

import type { Variable } from './variables';

export interface StandaloneDocument {
  config?: ConfigSection;
  binds?: BindEntry[];
  gateways?: Record<string, GatewayEntry>;
  routes?: AttachedRouteEntry[];
  backends?: NamedBackendEntry[];
  policies?: TargetedPolicyEntry[];
  frontendPolicies?: FrontendPoliciesEntry;
}

/** A string of the file; the translator writes a `Variable` where the value lives in the environment. */
export type Text = string | Variable;

/** `250ms`, `1h2m3.5s`. */
export type DurationText = string;

export interface ConfigSection {
  adminAddr?: string;
  statsAddr?: string;
  readinessAddr?: string;
  connectionTerminationDeadline?: DurationText;
  connectionMinTerminationDeadline?: DurationText;
  logging?: { format?: 'text' | 'json'; level?: string };
  backend?: { connectTimeout?: DurationText; poolIdleTimeout?: DurationText; poolMaxSize?: number };
}

export interface FrontendPoliciesEntry {
  http?: {
    maxBufferSize?: number;
    http1MaxHeaders?: number;
    http1IdleTimeout?: DurationText;
    http1HeaderCase?: 'lowercase' | 'preserve';
    maxConnectionDuration?: DurationText;
  };
  tls?: { handshakeTimeout?: DurationText; minVersion?: TlsVersion; maxVersion?: TlsVersion };
  accessLog?: { remove?: string[] };
}

export type TlsVersion = 'TLS_V1_0' | 'TLS_V1_1' | 'TLS_V1_2' | 'TLS_V1_3';

export interface BindEntry {
  port: number;
  listeners: ListenerEntry[];
}

export interface ListenerEntry {
  name?: string;
  namespace?: string;
  /** Empty, absent or `*` for any. */
  hostname?: string;
  protocol?: 'HTTP' | 'HTTPS';
  tls?: ServerTlsEntry;
  policies?: GatewayPolicies;
  routes?: RouteEntry[];
}

/** Paths of files, relative to the working directory. */
export interface ServerTlsEntry {
  cert?: string;
  key?: string;
  root?: string;
  minTLSVersion?: TlsVersion;
  maxTLSVersion?: TlsVersion;
  cipherSuites?: string[];
}

export interface GatewayEntry extends GatewayPolicies {
  port: number;
  protocol?: 'HTTP' | 'HTTPS';
  tls?: ServerTlsEntry;
  listeners?: GatewayListenerEntry[];
}

export interface GatewayListenerEntry extends GatewayPolicies {
  name?: string;
  hostname?: string;
  protocol?: 'HTTP' | 'HTTPS';
  tls?: ServerTlsEntry;
}

export interface RouteEntry {
  name?: string;
  namespace?: string;
  ruleName?: string;
  hostnames?: string[];
  matches?: RouteMatch[];
  policies?: RoutePolicies;
  backends?: RouteBackendEntry[];
}

export interface AttachedRouteEntry extends RouteEntry {
  /** `name` or `name/listener`. */
  gateways?: string | string[];
}

export interface RouteMatch {
  /** @default - `{pathPrefix: '/'}` */
  path?: PathMatch;
  method?: string;
  headers?: { name: string; value: ValueMatch }[];
  query?: { name: string; value: ValueMatch }[];
}

export type PathMatch = { exact: string } | { pathPrefix: string } | { regex: string };
export type ValueMatch = { exact: string } | { regex: string };

export interface RouteBackendEntry {
  /** @default 1 */
  weight?: number;
  policies?: BackendPoliciesEntry;
  /** `host:port` or `unix:/path`. */
  host?: string;
  /** `/name` of an entry in `backends`. */
  backend?: string;
  ai?: LlmEntry;
  /** A reference that does not resolve: its share of the traffic is answered 500. */
  invalid?: null;
}

/** One of `host` and `ai`. */
export interface NamedBackendEntry {
  name: string;
  policies?: BackendPoliciesEntry;
  host?: string;
  ai?: LlmEntry;
}

/** Language models: one provider, or groups of them, the preferred one first. */
export type LlmEntry =
  | LlmProviderEntry
  | { readonly groups: readonly { readonly providers: readonly LlmProviderEntry[] }[] };

export interface LlmProviderEntry {
  readonly name: string;
  /** Exactly one key. */
  readonly provider: LlmProviderSettings;
  /** `host:port`, called without TLS unless `backendTLS` says otherwise. */
  readonly hostOverride?: string;
  readonly pathOverride?: string;
  readonly pathPrefix?: string;
  /** Whether requests are measured before they are sent. @default false */
  readonly tokenize?: boolean;
  readonly policies?: BackendPoliciesEntry;
}

/** Providers by kind. Those that this gateway does not run are written by the translator, and refused. */
export interface LlmProviderSettings {
  readonly openAI?: OpenAiSettings;
  readonly anthropic?: ModelSetting;
  readonly gemini?: ModelSetting;
  readonly azure?: AzureSettings;
  readonly custom?: CustomProviderSettings;
  readonly vertex?: object;
  readonly bedrock?: object;
}

export interface ModelSetting {
  /** Replaces the model that clients ask for. */
  readonly model?: string;
}

export interface OpenAiSettings extends ModelSetting {
  readonly moderation?: object;
}

export interface AzureSettings extends ModelSetting {
  /** Names the host. */
  readonly resourceName: string;
  readonly resourceType: 'openAI' | 'foundry' | 'aiServices';
  readonly apiVersion?: string;
  readonly projectName?: string;
}

export interface CustomProviderSettings extends ModelSetting {
  /** Its name in logs. */
  readonly providerOverride?: string;
  /** What it accepts. */
  readonly formats: readonly { readonly type: string; readonly path?: string }[];
}

export interface TargetedPolicyEntry {
  name: { name: string; namespace: string };
  target: PolicyTarget;
  /** @default 'route' */
  phase?: 'route' | 'gateway';
  /** Exactly one key. */
  policy: RoutePolicies;
}

export type PolicyTarget =
  | {
      gateway: {
        gatewayName: string;
        gatewayNamespace: string;
        listenerName?: string;
        port?: number;
      };
    }
  | { route: { name: string; namespace: string } };

// ---------------------------------------------------------------- policies

/** Policies that run before a route is chosen. */
export interface GatewayPolicies {
  cors?: CorsPolicy;
  jwtAuth?: JwtPolicy;
  basicAuth?: BasicAuthPolicy;
  apiKey?: ApiKeyPolicy;
  extAuthz?: ExtAuthzPolicy;
  authorization?: AuthorizationPolicy;
}

/** Policies that run once a route is chosen. */
export interface RoutePolicies extends GatewayPolicies {
  requestHeaderModifier?: HeaderModifier;
  responseHeaderModifier?: HeaderModifier;
  requestRedirect?: RequestRedirect;
  urlRewrite?: UrlRewrite;
  requestMirror?: { backend: { host: string }; percentage: number };
  directResponse?: DirectResponse;
  timeout?: { requestTimeout?: DurationText; backendRequestTimeout?: DurationText };
  retry?: RetryPolicy;
  localRateLimit?: LocalRateLimit[];
}

export interface BackendPoliciesEntry {
  requestHeaderModifier?: HeaderModifier;
  responseHeaderModifier?: HeaderModifier;
  requestRedirect?: RequestRedirect;
  http?: { version?: 'HTTP/1.1' | 'HTTP/2.0'; requestTimeout?: DurationText };
  tcp?: BackendTcpEntry;
  backendTLS?: BackendTlsEntry;
  backendAuth?: BackendAuthEntry;
  health?: HealthEntry;
  extAuthz?: ExtAuthz;
  ai?: LlmPolicyEntry;
  transformations?: object;
}

export interface BackendTcpEntry {
  readonly connectTimeout: DurationText;
  readonly keepalives: {
    readonly enabled?: boolean;
    readonly time?: DurationText;
    readonly interval?: DurationText;
    readonly retries?: number;
  };
}

export interface BackendTlsEntry {
  readonly cert?: string;
  readonly key?: string;
  readonly root?: string;
  readonly hostname?: string;
  readonly insecure?: boolean;
  readonly insecureHost?: boolean;
  readonly alpn?: readonly string[] | null;
  readonly subjectAltNames?: readonly string[] | null;
  readonly keyExchangeGroups?: readonly string[] | null;
  readonly spiffe?: object | null;
}

/** At most one way, and further credentials. */
export interface BackendAuthEntry {
  readonly key?:
    | Text
    | { readonly value: TextOrFile; readonly location?: AuthorizationLocation | null }
    | { readonly file: string };
  readonly passthrough?: { readonly location?: AuthorizationLocation | null };
  readonly aws?: object;
  readonly azure?: object;
  readonly gcp?: object;
  readonly credentials?: readonly {
    readonly location: AuthorizationLocation;
    readonly key: TextOrFile;
  }[];
}

export type TextOrFile = Text | { readonly file: string };

export interface HealthEntry {
  readonly unhealthyExpression?: string | null;
  readonly eviction?: {
    readonly duration?: DurationText | null;
    readonly restoreHealth?: number | null;
    readonly consecutiveFailures?: number | null;
    readonly healthThreshold?: number | null;
  } | null;
}

export interface LlmPolicyEntry {
  readonly routes?: Readonly<Record<string, string>>;
  readonly modelAliases?: Readonly<Record<string, string>>;
  readonly defaults?: Readonly<Record<string, unknown>> | null;
  readonly overrides?: Readonly<Record<string, unknown>> | null;
  readonly transformations?: Readonly<Record<string, string>> | null;
  readonly finalTransformations?: Readonly<Record<string, string>> | null;
  readonly prompts?: {
    readonly prepend?: readonly LlmPrompt[];
    readonly append?: readonly LlmPrompt[];
  } | null;
  readonly promptCaching?: object | null;
}

export interface LlmPrompt {
  readonly role: string;
  readonly content: string;
}

export interface ApiKeyPolicy {
  /** The file's own default lets requests without a key pass. @default 'optional' */
  mode?: 'strict' | 'optional' | 'permissive';
  /** @default - the `Authorization` header with prefix `Bearer ` */
  location?: AuthorizationLocation;
  keys: ApiKeyEntry[];
}

export interface ApiKeyEntry {
  /** The key itself; or `keyHash`. */
  key?: Text;
  /** `sha256:` and 64 hexadecimal digits. */
  keyHash?: string;
  metadata?: unknown;
  allowedModels?: string[];
}

export interface JwtPolicy extends Partial<JwtProvider> {
  /** The file's own default lets requests without a token pass. @default 'optional' */
  mode?: 'strict' | 'optional' | 'permissive';
  /** @default - the `Authorization` header with prefix `Bearer ` */
  location?: AuthorizationLocation;
  /** Several issuers; or the fields of one beside `mode`. */
  providers?: JwtProvider[];
}

export interface JwtProvider {
  issuer: string;
  /** @default - `aud` is not looked at */
  audiences?: string[] | null;
  /** A JSON Web Key Set, the path of one, or where it is fetched. */
  jwks: Text | { file?: string; url?: string };
  jwtValidationOptions?: { requiredClaims?: string[] };
}

export interface BasicAuthPolicy {
  /** Lines of `user:hash`, or the path of a file that has them. */
  htpasswd: Text | { file: string };
  /** @default 'Restricted' */
  realm?: string | null;
  /** The file's own default lets requests without a password pass. @default 'optional' */
  mode?: 'strict' | 'optional';
  /** @default - the `Authorization` header with prefix `Basic ` */
  authorizationLocation?: AuthorizationLocation;
}

export interface AuthorizationPolicy {
  /** A bare expression allows. */
  rules: (string | AuthorizationRule)[];
}

/** Exactly one of them. */
export interface AuthorizationRule {
  allow?: string;
  deny?: string;
  require?: string;
}

export type AuthorizationLocation =
  | { header: { name: string; prefix?: string } }
  | { queryParameter: { name: string } }
  | { cookie: { name: string } }
  | { expression: string };

/** Asks another service whether requests may pass: one check, or the first of several whose condition holds. */
export type ExtAuthzPolicy = ExtAuthz | { conditional: ConditionalExtAuthz[] };

export interface ConditionalExtAuthz extends ExtAuthz {
  /** @default - always */
  condition?: string | null;
}

export interface ExtAuthz {
  /** `host:port`, `http://host`, `https://host:port` or `unix:/path`; or `backend`. */
  host?: string;
  /** `/name` of an entry in `backends`. */
  backend?: string;
  policies?: TargetPoliciesEntry | null;
  /** @default - gRPC */
  protocol?: ExtAuthzProtocol;
  /** @default 'deny' */
  failureMode?: ExtAuthzFailureMode;
  /** @default - all with gRPC, `Authorization` with HTTP */
  includeRequestHeaders?: string[];
  /** @default - no body */
  includeRequestBody?: {
    /** @default 0 */
    maxRequestBytes?: number;
    /** @default false */
    allowPartialMessage?: boolean;
    /** @default false */
    packAsBytes?: boolean;
  } | null;
  /** @default - the service is asked for every request */
  cache?: {
    key: string[];
    ttl: string;
    /** @default 10000 */
    maxEntries?: number;
  } | null;
}

/** When the service cannot be asked. */
export type ExtAuthzFailureMode = 'allow' | 'deny' | { denyWithStatus: number };

/** The values of maps but `context` are expressions. */
export type ExtAuthzProtocol =
  | { grpc: { context?: Record<string, string>; metadata?: Record<string, string> } }
  | {
      http: {
        path?: string | null;
        redirect?: string | null;
        body?: string | null;
        includeResponseHeaders?: string[];
        addRequestHeaders?: Record<string, string>;
        metadata?: Record<string, string>;
      };
    };

/** How something other than a backend is called. */
export type TargetPoliciesEntry = Pick<
  BackendPoliciesEntry,
  'requestHeaderModifier' | 'http' | 'backendTLS' | 'backendAuth' | 'tcp'
>;

export interface CorsPolicy {
  allowCredentials?: boolean;
  allowHeaders?: string[];
  allowMethods?: string[];
  allowOrigins?: string[];
  exposeHeaders?: string[];
  maxAge?: DurationText;
}

export interface HeaderModifier {
  add?: Record<string, string>;
  set?: Record<string, string>;
  remove?: string[];
}

export type HostRewrite = { full: string } | { host: string } | { port: number } | 'auto' | 'none';
export type PathRewrite = { full: string } | { prefix: string };

export interface RequestRedirect {
  scheme?: string;
  authority?: HostRewrite;
  path?: PathRewrite;
  /** @default 302 */
  status?: number;
}

export interface UrlRewrite {
  authority?: HostRewrite;
  path?: PathRewrite;
}

export interface DirectResponse {
  status: number;
  body?: string;
}

export interface RetryPolicy {
  /** Tries after the first. @default 1 */
  attempts?: number;
  backoff?: DurationText;
  codes: number[];
}

/** A bucket of tokens. */
export interface LocalRateLimit {
  /** How many it holds, and begins with. @default 0 */
  maxTokens?: number;
  /** @default 0 */
  tokensPerFill?: number;
  fillInterval: DurationText;
  /** @default 'requests' */
  type?: 'requests' | 'tokens';
}
