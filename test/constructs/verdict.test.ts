import { Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import {
  AllowedRoutes,
  ApiKeyMode,
  ApiKeyPolicy,
  ApiKeys,
  AuthorizationPolicy,
  Backend,
  BasicAuthMode,
  BasicAuthPolicy,
  BasicAuthUsers,
  Cel,
  CredentialLocation,
  DirectResponse,
  ExtAuth,
  ExtAuthFailureMode,
  ExtAuthProtocol,
  ExtAuthService,
  Gateway,
  HttpMethod,
  HttpRoute,
  Jwks,
  JwtMode,
  JwtPolicy,
  Listener,
  LlmAuth,
  LlmBackend,
  LlmFormat,
  LlmModeration,
  LlmProvider,
  PathMatch,
  PathRewrite,
  Policy,
  PolicyPhase,
  RateLimit,
  RateLimitPolicy,
  RateLimitUnit,
  Redirect,
  ReferenceGrant,
  ReferenceGrantFrom,
  ReferenceGrantTo,
  RouteFilter,
  RouteMatch,
  SecretReference,
  StaticBackend,
  ValueMatch,
  WeightedBackends,
} from '../../lib/index';
import { validate } from '../../lib/schema/validate';
import { chart } from './trees';

/** Every construct, with every option that there is. */
function everything() {
  const scope = chart({ namespace: 'shop' });
  const certificate = SecretReference.fromSecretName('cert', { namespace: 'certs' });
  const gateway = new Gateway(scope, 'Edge', {
    listeners: [
      Listener.http({ allowedRoutes: AllowedRoutes.selector({ access: 'yes' }) }),
      Listener.https({
        certificate,
        hostname: '*.example.com',
        allowedRoutes: AllowedRoutes.all(),
      }),
    ],
  });
  new ReferenceGrant(scope, 'Certs', {
    from: [ReferenceGrantFrom.resource(gateway)],
    to: [ReferenceGrantTo.resource(certificate)],
  });
  const route = new HttpRoute(scope, 'Route', {
    parents: [gateway.listener('https')],
    hostnames: ['a.example.com', '*.b.example.com'],
  });
  const service = Backend.fromServiceName(scope, 'Cart', 'cart', { port: 80 });
  const outside = new StaticBackend(scope, 'Outside', { host: 'api.example.net', port: 443 });
  const socket = new StaticBackend(scope, 'Socket', { unixPath: '/run/app.sock' });
  new RateLimitPolicy(scope, 'Limits', {
    target: route,
    local: [
      RateLimit.requests(5, { per: RateLimitUnit.SECOND }),
      RateLimit.requests(100, { per: RateLimitUnit.MINUTE, burst: 20 }),
      RateLimit.tokens(50_000, { per: RateLimitUnit.HOUR, burst: 0 }),
    ],
  });
  const main = route.addRule(
    WeightedBackends.of([
      { backend: service, weight: 9 },
      { backend: outside, weight: 1 },
      { backend: socket, weight: 0 },
    ]),
    {
      name: 'main',
      matches: [
        RouteMatch.of({
          path: PathMatch.prefix('/api'),
          method: HttpMethod.POST,
          headers: { 'x-env': ValueMatch.regex('dev|test') },
          query: { page: ValueMatch.exact('2') },
        }),
      ],
      filters: [
        RouteFilter.requestHeaders({ add: { 'x-a': '1' }, set: { 'x-b': '2' }, remove: ['x-c'] }),
        RouteFilter.responseHeaders({ set: { 'x-d': '3' } }),
        RouteFilter.rewrite({ hostname: 'in.example.com', path: PathRewrite.prefix('/v2') }),
        RouteFilter.mirror(service, { percent: 10 }),
        RouteFilter.mirror(outside),
        RouteFilter.cors({
          allowOrigins: ['https://*.example.com'],
          allowMethods: ['GET', 'POST'],
          allowHeaders: ['authorization'],
          exposeHeaders: ['x-d'],
          allowCredentials: true,
          maxAge: Duration.minutes(10),
        }),
      ],
      timeouts: { request: Duration.seconds(10), backendRequest: Duration.millis(2500) },
      retry: { attempts: 2, codes: [502, 503], backoff: Duration.millis(50) },
    },
  );
  route.addRule(DirectResponse.of({ status: 200, body: 'ok' }), {
    matches: [RouteMatch.pathExact('/healthz'), RouteMatch.pathRegex('/live.*'), RouteMatch.any()],
  });
  route.addRule(
    Redirect.of({
      scheme: 'https',
      hostname: 'new.example.com',
      port: 8443,
      path: PathRewrite.full('/new'),
      statusCode: 308,
    }),
    { matches: [RouteMatch.header('x-old', '1'), RouteMatch.query('old', '1')] },
  );
  new ApiKeyPolicy(scope, 'Keys', {
    target: gateway,
    overridable: true,
    keys: ApiKeys.fromSecret(new kplus.Secret(scope, 'Secret'), { entries: ['alice'] }),
  });
  new ApiKeyPolicy(scope, 'RuleKeys', {
    target: main,
    mode: ApiKeyMode.PERMISSIVE,
    location: CredentialLocation.header('x-key', { prefix: 'Key ' }),
    keys: ApiKeys.fromConfigMaps({ labels: { keys: 'shop' } }),
  });
  new JwtPolicy(scope, 'Tokens', {
    target: gateway,
    mode: JwtMode.PERMISSIVE,
    location: CredentialLocation.header('x-token'),
    overridable: true,
    providers: [
      {
        issuer: 'https://issuer.example.com',
        audiences: ['shop'],
        jwks: Jwks.fromUrl('https://issuer.example.com/jwks', {
          cacheDuration: Duration.minutes(10),
        }),
      },
      {
        issuer: 'https://inside.example.com',
        jwks: Jwks.fromService(new kplus.Service(scope, 'Issuer', { ports: [{ port: 80 }] }), {
          port: 80,
          path: '/jwks',
        }),
      },
      {
        issuer: 'https://other.example.com',
        jwks: Jwks.inline('{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"FAKE"}]}'),
      },
    ],
  });
  new BasicAuthPolicy(scope, 'Users', {
    target: main,
    mode: BasicAuthMode.OPTIONAL,
    realm: 'Shop',
    location: CredentialLocation.header('x-user', { prefix: 'Basic ' }),
    users: BasicAuthUsers.fromSecret(SecretReference.fromSecretName('users'), { key: 'ops' }),
  });
  new BasicAuthPolicy(scope, 'Admins', {
    target: route,
    users: BasicAuthUsers.htpasswd([`alice:$2y$05$${'a'.repeat(53)}`]),
  });
  new AuthorizationPolicy(scope, 'Rules', {
    target: route,
    allow: [Cel.of('jwt.sub == "alice"')],
    deny: [Cel.of('request.path == "/admin"')],
    require: [Cel.of('has(jwt.email)')],
  });
  const authz = ExtAuthService.fromServiceName('authz', { port: 9000, namespace: 'iam' });
  new ExtAuth(scope, 'Check', {
    target: gateway,
    service: authz,
    protocol: ExtAuthProtocol.grpc({
      contextExtensions: { policy: 'edge' },
      requestMetadata: { from: Cel.of('source.address') },
    }),
    forwardBody: Size.kibibytes(8),
    cache: {
      key: [Cel.of('request.headers["authorization"]')],
      ttl: Duration.minutes(5),
      maxEntries: 100,
    },
  });
  new ExtAuth(scope, 'Checks', {
    target: route,
    allowUnmatched: true,
    conditional: [
      {
        condition: Cel.of('request.path.startsWith("/admin")'),
        service: ExtAuthService.fromUrl('https://authz.example.com/check'),
        protocol: ExtAuthProtocol.http({
          body: Cel.of('request.method'),
          redirect: Cel.of('"https://login.example.com"'),
          addRequestHeaders: { 'x-who': Cel.of('jwt.sub') },
          allowedRequestHeaders: ['cookie'],
          allowedResponseHeaders: ['x-user'],
          responseMetadata: { user: Cel.of('response.headers["x-user"]') },
        }),
        failureMode: ExtAuthFailureMode.FAIL_OPEN,
      },
    ],
  });
  new ExtAuth(scope, 'Inner', {
    target: outside,
    service: ExtAuthService.fromBackend(socket),
    protocol: ExtAuthProtocol.http({ path: Cel.of('request.path') }),
  });
  const llmKey = LlmAuth.fromSecret(SecretReference.fromSecretName('llm'), { key: 'team' });
  new LlmBackend(scope, 'Model', {
    provider: LlmProvider.openAi({
      model: 'gpt-4.1-nano',
      moderateOutput: LlmModeration.SCORE,
      host: 'llm.example.com',
      pathPrefix: '/openai',
    }),
    auth: llmKey,
    routes: { '/v1/responses': LlmFormat.RESPONSES },
    prompt: { prepend: [{ role: 'system', content: 'be brief' }] },
    promptCaching: { minTokens: 10 },
    finalTransformations: { store: Cel.of('false') },
    requestTimeout: Duration.minutes(1),
  });
  new LlmBackend(scope, 'Models', {
    health: { unhealthyCondition: Cel.of('response.code == 429'), eviction: { restoreHealth: 5 } },
    groups: [
      {
        providers: [
          { name: 'azure', provider: LlmProvider.azureOpenAi({ endpoint: 'a.openai.azure.com' }) },
          { name: 'claude', provider: LlmProvider.anthropic(), auth: llmKey },
        ],
      },
      { providers: [{ name: 'aws', provider: LlmProvider.bedrock(), auth: LlmAuth.aws() }] },
    ],
    modelAliases: { fast: 'gpt-4.1-nano' },
    defaults: { temperature: 0 },
    overrides: { user: 'shop' },
  });
  new Policy(scope, 'Csrf', { target: route, traffic: { csrf: { additionalOrigins: ['x'] } } });
  new Policy(scope, 'Early', {
    target: gateway.listener('http'),
    phase: PolicyPhase.PRE_ROUTING,
    traffic: { cors: { allowOrigins: ['*'] } },
  });
  new Policy(scope, 'Front', { target: gateway, frontend: { http: { http1MaxHeaders: 50 } } });
  new Policy(scope, 'Back', { target: service, backend: { http: { version: 'HTTP2' } } });
  return scope;
}

describe('what the constructs write', () => {
  it('is accepted by the API server, whatever the options', () => {
    const manifests: { kind: string }[] = everything().toJson();
    const kinds = manifests.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(
      new Set([
        ...['Gateway', 'ReferenceGrant', 'HTTPRoute', 'AgentgatewayBackend'],
        ...['AgentgatewayPolicy', 'Secret', 'Service'],
      ]),
    );
    expect(manifests.flatMap((object) => validate(object))).toEqual([]);
  });

  it('is the same every time', () => {
    const write = () => JSON.stringify(everything().toJson());
    expect(write()).toBe(write());
  });
});
