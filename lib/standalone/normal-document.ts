/** The one shape that all shorthands of the standalone file mean: what the gateway compiles. */

import type {
  AuthorizationLocation,
  AzureSettings,
  CorsPolicy,
  CustomProviderSettings,
  ExtAuthzFailureMode,
  HeaderModifier,
  LlmPrompt,
  ModelSetting,
  PathMatch,
  PolicyTarget,
  RequestRedirect,
  RouteMatch,
  RoutePolicies,
  ServerTlsEntry,
  TlsVersion,
} from './document';

/** What a file means once shorthands, references and defaults are written out. Durations are milliseconds. */
export interface NormalDocument {
  readonly config: NormalConfig;
  readonly binds: readonly NormalBind[];
  readonly policies: readonly NormalTargetedPolicy[];
}

export interface NormalConfig {
  /** `host:port`. @default 'localhost:15000' */
  readonly adminAddr: string;
  /** @default '[::]:15020' */
  readonly statsAddr: string;
  /** @default '[::]:15021' */
  readonly readinessAddr: string;
  readonly logFormat: 'text' | 'json';
  /** Access-log fields that are left out. */
  readonly logRemove: readonly string[];
  /** How long a drain lasts at the most. @default - no limit but the server's own */
  readonly drainMaximumMs?: number;
  /** How long a drain goes on accepting. @default 0 */
  readonly drainMinimumMs: number;
  readonly connectTimeoutMs: number;
  readonly poolIdleTimeoutMs: number;
  readonly poolMaxSize?: number;
  readonly maxBufferSize: number;
  readonly http1MaxHeaders: number;
  readonly http1IdleTimeoutMs: number;
  readonly http1HeaderCase: 'lowercase' | 'preserve';
  readonly maxConnectionDurationMs?: number;
  readonly tlsHandshakeTimeoutMs: number;
  readonly tlsMinVersion?: TlsVersion;
  readonly tlsMaxVersion?: TlsVersion;
}

/** Every node says where it stands in the file, for findings: `gateways.edge.listeners[0]`. */
export interface NormalBind {
  readonly path: string;
  readonly port: number;
  readonly listeners: readonly NormalListener[];
}

export interface NormalListener {
  readonly path: string;
  /** `http`, `listener0`, `edge`, `edge/https`: how logs and policy targets name it. */
  readonly name: string;
  /** Empty for any, else exact or `*.example.com`, in lower case. */
  readonly hostname: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly tls?: ServerTlsEntry;
  readonly policies: NormalPolicies;
  readonly routes: readonly NormalRoute[];
}

export interface NormalRoute {
  readonly path: string;
  readonly name: string;
  readonly namespace: string;
  /** Lower case. Empty for any. */
  readonly hostnames: readonly string[];
  readonly matches: readonly (RouteMatch & { readonly path: PathMatch })[];
  readonly policies: NormalPolicies;
  readonly backends: readonly NormalBackend[];
}

/** Policies of either phase; which keys a phase allows was checked when the file was read. */
export interface NormalPolicies
  extends Omit<
    RoutePolicies,
    | 'timeout'
    | 'retry'
    | 'localRateLimit'
    | 'apiKey'
    | 'cors'
    | 'jwtAuth'
    | 'basicAuth'
    | 'extAuthz'
    | 'authorization'
  > {
  readonly jwtAuth?: NormalJwtPolicy;
  readonly basicAuth?: NormalBasicAuthPolicy;
  readonly apiKey?: NormalApiKeyPolicy;
  readonly extAuthz?: NormalExtAuthzPolicy;
  readonly authorization?: NormalAuthorizationPolicy;
  readonly cors?: Omit<CorsPolicy, 'maxAge'> & { readonly maxAgeSeconds?: number };
  readonly timeout?: { readonly requestMs?: number; readonly backendRequestMs?: number };
  readonly retry?: {
    readonly attempts: number;
    readonly backoffMs: number;
    readonly codes: readonly number[];
  };
  readonly localRateLimit?: readonly NormalLocalRateLimit[];
}

export interface NormalLocalRateLimit {
  readonly path: string;
  readonly maxTokens: number;
  readonly tokensPerFill: number;
  readonly fillIntervalMs: number;
  readonly type: 'requests' | 'tokens';
}

export interface NormalApiKeyPolicy {
  readonly path: string;
  readonly mode: 'strict' | 'optional' | 'permissive';
  readonly location: AuthorizationLocation;
  readonly keys: readonly {
    readonly key?: string;
    readonly keyHash?: string;
    readonly metadata?: unknown;
  }[];
}

export interface NormalJwtPolicy {
  readonly path: string;
  readonly mode: 'strict' | 'optional' | 'permissive';
  readonly location: AuthorizationLocation;
  readonly providers: readonly NormalJwtProvider[];
}

export interface NormalJwtProvider {
  readonly path: string;
  readonly issuer: string;
  /** Empty for any. */
  readonly audiences: readonly string[];
  readonly jwks: { readonly text: string } | { readonly file: string } | { readonly url: string };
  readonly requiredClaims: readonly string[];
}

export interface NormalBasicAuthPolicy {
  readonly path: string;
  readonly mode: 'strict' | 'optional';
  readonly location: AuthorizationLocation;
  readonly realm: string;
  readonly htpasswd: { readonly text: string } | { readonly file: string };
}

export interface NormalExtAuthzPolicy {
  readonly path: string;
  /** The first whose condition holds is asked. */
  readonly entries: readonly NormalExtAuthz[];
}

export interface NormalExtAuthz {
  readonly path: string;
  /** @default - always */
  readonly condition?: string;
  readonly target: HostTarget | 'invalid';
  readonly policies: NormalBackendPolicies;
  readonly protocol: NormalExtAuthzProtocol;
  readonly failureMode: ExtAuthzFailureMode;
  /** Empty: all with gRPC, `authorization` with HTTP. In lower case. */
  readonly includeRequestHeaders: readonly string[];
  readonly includeRequestBody?: {
    readonly maxRequestBytes: number;
    readonly allowPartialMessage: boolean;
    readonly packAsBytes: boolean;
  };
  readonly cache?: {
    readonly key: readonly string[];
    readonly ttl: string;
    readonly maxEntries: number;
  };
}

export type NormalExtAuthzProtocol =
  | {
      readonly grpc: {
        readonly context: Readonly<Record<string, string>>;
        /** @default - the claims of the caller's token, as Envoy names them */
        readonly metadata?: Readonly<Record<string, string>>;
      };
    }
  | {
      readonly http: {
        readonly path?: string;
        readonly redirect?: string;
        readonly body?: string;
        /** In lower case. */
        readonly includeResponseHeaders: readonly string[];
        /** Names in lower case. */
        readonly addRequestHeaders: Readonly<Record<string, string>>;
        readonly metadata: Readonly<Record<string, string>>;
      };
    };

export interface NormalAuthorizationPolicy {
  readonly rules: readonly NormalAuthorizationRule[];
}

export interface NormalAuthorizationRule {
  /** Of the expression. */
  readonly path: string;
  readonly action: 'allow' | 'deny' | 'require';
  readonly expression: string;
}

export interface NormalBackend {
  readonly path: string;
  readonly weight: number;
  readonly target: HostTarget | NormalLlm | 'invalid';
  readonly policies: NormalBackendPolicies;
  /** Asked about requests that are sent here. */
  readonly extAuthz?: NormalExtAuthzPolicy;
}

export type HostTarget =
  | { readonly host: string; readonly port: number }
  | { readonly unix: string };

/** How a backend is called. */
export interface NormalBackendPolicies {
  readonly requestHeaderModifier?: HeaderModifier;
  readonly responseHeaderModifier?: HeaderModifier;
  readonly requestRedirect?: RequestRedirect;
  readonly httpVersion?: 'HTTP/1.1' | 'HTTP/2.0';
  readonly requestTimeoutMs?: number;
  /** @default - the connection is not encrypted, but for providers of models at their own hosts */
  readonly tls?: NormalBackendTls;
  readonly connectTimeoutMs?: number;
  /** How long a connection is silent before it is probed. @default - it is not */
  readonly keepAliveMs?: number;
  readonly auth?: NormalBackendAuth;
}

/** The files are paths. */
export interface NormalBackendTls {
  /** A certificate of ours, with its key. */
  readonly cert?: string;
  readonly key?: string;
  /** @default - the system's authorities */
  readonly root?: string;
  /** The name that the certificate must bear, and SNI. @default - the host that is called */
  readonly hostname?: string;
  /** Takes any certificate. */
  readonly insecure: boolean;
  /** Takes a certificate of any name. */
  readonly insecureHost: boolean;
  /** Names of which the certificate must bear one. Empty for the host alone. */
  readonly subjectAltNames: readonly string[];
  /** @default - as the version of HTTP demands */
  readonly alpn?: readonly string[];
}

/** The credential that a backend gets. */
export interface NormalBackendAuth {
  readonly path: string;
  /** @default - the client's own credential is sent on, if it has one left */
  readonly key?: { readonly value: TextOrPath; readonly location?: AuthorizationLocation };
  /** The client's credential, which authentication has taken out of the request, is put back. */
  readonly passthrough?: { readonly location?: AuthorizationLocation };
  /** More of them. */
  readonly credentials: readonly {
    readonly value: TextOrPath;
    readonly location: AuthorizationLocation;
  }[];
}

/** A secret, or the path of the file that holds it. */
export type TextOrPath = { readonly text: string } | { readonly file: string };

/** Language models: groups of providers, the preferred group first. */
export interface NormalLlm {
  readonly llm: readonly (readonly NormalLlmProvider[])[];
}

export interface NormalLlmProvider {
  readonly path: string;
  readonly name: string;
  readonly provider: NormalProvider;
  /** Who is called instead of the provider's own host, without TLS unless the policies say so. */
  readonly hostOverride?: HostTarget;
  /** Replaces path and query. */
  readonly pathOverride?: string;
  /** Replaces what stands before the path, such as `/v1`. */
  readonly pathPrefix?: string;
  /** Whether requests are measured before they are sent, so that limits of tokens count them. */
  readonly tokenize: boolean;
  /** Its own over those of its backend, field by field. */
  readonly policies: NormalLlmPolicies;
}

/** A provider that this gateway runs, with the settings of its kind. */
export type NormalProvider = {
  readonly kind: 'openAI' | 'anthropic' | 'gemini' | 'azure' | 'custom';
} & ModelSetting &
  Partial<AzureSettings> &
  Partial<CustomProviderSettings>;

export interface NormalLlmPolicies extends NormalBackendPolicies {
  readonly ai: NormalLlmPolicy;
  readonly health?: NormalHealth;
}

/** What happens to requests to models. */
export interface NormalLlmPolicy {
  /** Suffixes of paths, and the formats that they mean. Empty: all are chat completions. */
  readonly routes: Readonly<Record<string, string>>;
  readonly modelAliases: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly transformations: readonly NormalComputedField[];
  /** Of what the provider gets. */
  readonly finalTransformations: readonly NormalComputedField[];
  readonly prompts: {
    readonly prepend: readonly LlmPrompt[];
    readonly append: readonly LlmPrompt[];
  };
}

/** A field of a request that an expression gives. */
export interface NormalComputedField {
  /** Of the expression. */
  readonly path: string;
  readonly field: string;
  readonly expression: string;
}

/** When a provider is left out for a while. */
export interface NormalHealth {
  readonly path: string;
  /** @default - answers of 500 and above, and no answer */
  readonly unhealthyExpression?: string;
  /** @default - none is left out */
  readonly eviction?: {
    /** @default - what the provider asks for, or three seconds */
    readonly durationMs?: number;
    readonly consecutiveFailures?: number;
    /** From 0 to 1. */
    readonly healthThreshold?: number;
    /** From 0 to 1. */
    readonly restoreHealth?: number;
  };
}

export interface NormalTargetedPolicy {
  readonly path: string;
  /** `namespace/name`. */
  readonly name: string;
  readonly target: PolicyTarget;
  readonly phase: 'route' | 'gateway';
  readonly policy: NormalPolicies;
}
