import { ApiObject, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { StaticBackend } from '../../../lib/constructs/backends/static';
import { Cel } from '../../../lib/constructs/cel';
import { HttpRoute } from '../../../lib/constructs/http-route';
import { ExtAuth, type ExtAuthProps } from '../../../lib/constructs/policies/ext-auth';
import { ExtAuthFailureMode } from '../../../lib/constructs/policies/ext-auth-check';
import { ExtAuthProtocol } from '../../../lib/constructs/policies/ext-auth-protocol';
import { ExtAuthService } from '../../../lib/constructs/policies/ext-auth-service';
import { validate } from '../../../lib/schema/validate';
import { chart, gateway, service, synthesized } from '../trees';

const authz = ExtAuthService.fromServiceName('authz', { port: 9000 });
const BACKEND_REF = { group: '', kind: 'Service', name: 'authz', port: 9000 };
const check = { service: authz, protocol: ExtAuthProtocol.grpc() };
const admins = Cel.of('request.path.startsWith("/admin")');

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  const backend = service(scope);
  const rule = route.addRule(backend, { name: 'main' });
  return { scope, edge, route, rule, backend };
}

type Props = Partial<ExtAuthProps>;

/** Of a policy on a route, which the API server takes. */
function extAuth(props: Props = check): unknown {
  const { scope, route } = tree();
  new ExtAuth(scope, 'Check', { target: route, ...props });
  const [policy] = synthesized(scope, 'AgentgatewayPolicy');
  expect(validate(policy)).toEqual([]);
  return (policy.spec.traffic as { extAuth: unknown }).extAuth;
}

describe('an ExtAuth', () => {
  it('on a Gateway runs before routing, so that one on a route is in addition', () => {
    const { scope, edge, route } = tree();
    new ExtAuth(scope, 'Edge', { target: edge, ...check });
    new ExtAuth(scope, 'Own', { target: route, ...check });
    expect(synthesized(scope, 'AgentgatewayPolicy').map(({ spec }) => spec)).toEqual([
      {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'test-gateway' }],
        traffic: {
          phase: 'PreRouting',
          extAuth: { backendRef: BACKEND_REF, grpc: {}, failureMode: 'FailClosed' },
        },
      },
      {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'test-route' }],
        traffic: { extAuth: { backendRef: BACKEND_REF, grpc: {}, failureMode: 'FailClosed' } },
      },
    ]);
  });

  it('on a Gateway lets routes replace it where that is said, and tells who reads the manifests', () => {
    const { scope, edge } = tree();
    new ExtAuth(scope, 'Edge', { target: edge, overridable: true, ...check });
    const [{ metadata, spec }] = synthesized(scope, 'AgentgatewayPolicy');
    expect(spec.traffic).not.toHaveProperty('phase');
    expect(metadata.annotations).toEqual({ 'cdk8s-agentgateway/overridable': 'true' });
  });

  it('on a listener would replace that of its Gateway: both are named, and the ways out', () => {
    const { scope, edge } = tree();
    new ExtAuth(scope, 'Edge', { target: edge, ...check });
    new ExtAuth(scope, 'Http', { target: edge.listener('http'), ...check });
    expect(() => scope.toJson()).toThrow(
      'is attached to Gateway `default/test-gateway` section `http`, where it would be made in place of test/Edge on Gateway `default/test-gateway`, not in addition; attach it to routes instead, or set `overridable: true` on both',
    );
  });

  it.each([
    [true, undefined],
    [undefined, true],
    [true, true],
  ])(
    'on a listener is made beside that of its Gateway, or in its place, where that is said: %s %s',
    (above, below) => {
      const { scope, edge } = tree();
      new ExtAuth(scope, 'Edge', { target: edge, overridable: above, ...check });
      new ExtAuth(scope, 'Http', { target: edge.listener('http'), overridable: below, ...check });
      expect(() => scope.toJson()).not.toThrow();
    },
  );

  it('of which there are two at one place is refused, since one of them would not be made', () => {
    const { scope, route } = tree();
    new ExtAuth(scope, 'One', { target: route, ...check });
    new ExtAuth(scope, 'Two', { target: route, ...check });
    expect(() => scope.toJson()).toThrow('and so does test/One; which of them wins');
  });

  it('stands on rules, and on backends in a block of its own', () => {
    const { scope, rule, backend } = tree();
    new ExtAuth(scope, 'Rule', { target: rule, ...check });
    new ExtAuth(scope, 'Service', { target: backend, ...check });
    const outside = new StaticBackend(scope, 'Outside', { host: 'api.example.com', port: 80 });
    new ExtAuth(scope, 'Static', { target: outside, ...check });
    const policies = synthesized(scope, 'AgentgatewayPolicy');
    expect(policies.flatMap((policy) => validate(policy))).toEqual([]);
    const extAuth = { backendRef: BACKEND_REF, grpc: {}, failureMode: 'FailClosed' };
    expect(policies.map(({ spec }) => [spec.traffic, spec.backend])).toEqual([
      [{ extAuth }, undefined],
      [undefined, { extAuth }],
      [undefined, { extAuth }],
    ]);
  });

  it.each(Object.values(ExtAuthFailureMode))('writes failure mode %s out', (failureMode) => {
    expect(extAuth({ ...check, failureMode })).toMatchObject({ failureMode });
  });

  it.each([
    [Size.kibibytes(8), '8Ki'],
    [Size.mebibytes(2), '2048Ki'],
    [Size.kibibytes(0.5), 512],
  ])('sends so much of bodies along: %s', (forwardBody, maxSize) => {
    expect(extAuth({ ...check, forwardBody })).toMatchObject({ forwardBody: { maxSize } });
  });

  it('remembers decisions', () => {
    const key = [Cel.of('request.headers["authorization"]'), Cel.of('request.path')];
    const written = ['request.headers["authorization"]', 'request.path'];
    expect(
      extAuth({ ...check, cache: { key, ttl: Duration.seconds(90), maxEntries: 100 } }),
    ).toMatchObject({ cache: { key: written, ttl: 'duration("1m30s")', maxEntries: 100 } });
    const ttlExpression = Cel.of('duration(extauthz.ttl)');
    expect(extAuth({ ...check, cache: { key, ttlExpression } })).toMatchObject({
      cache: { key: written, ttl: 'duration(extauthz.ttl)' },
    });
  });

  it('makes different checks of different requests', () => {
    const strict = ExtAuthService.fromUrl('https://strict.example.com');
    expect(
      extAuth({
        conditional: [
          { condition: admins, service: strict, protocol: ExtAuthProtocol.http() },
          { ...check, failureMode: ExtAuthFailureMode.FAIL_OPEN },
        ],
      }),
    ).toEqual({
      conditional: [
        {
          condition: 'request.path.startsWith("/admin")',
          policy: { url: 'https://strict.example.com', http: {}, failureMode: 'FailClosed' },
        },
        { policy: { backendRef: BACKEND_REF, grpc: {}, failureMode: 'FailOpen' } },
      ],
    });
  });

  it('leaves requests unchecked only where that is said', () => {
    const conditional = [{ condition: admins, ...check }];
    expect(() => extAuth({ conditional })).toThrow(
      'ExtAuth test/Check would let requests pass unchecked that no condition is for',
    );
    const { scope, route } = tree();
    new ExtAuth(scope, 'Check', { target: route, conditional, allowUnmatched: true });
    const [{ metadata }] = synthesized(scope, 'AgentgatewayPolicy');
    expect(metadata.annotations).toEqual({ 'cdk8s-agentgateway/allow-unmatched': 'true' });
  });

  it.each<[Props, string]>([
    [{}, 'does not say who decides; give it `service` and `protocol`, or `conditional`'],
    [{ service: authz }, 'does not say who decides'],
    [{ ...check, allowUnmatched: true }, '`allowUnmatched`, which concerns `conditional`'],
    [{ ...check, overridable: true }, '`overridable`, which concerns policies on a Gateway'],
    [{ ...check, conditional: [check] }, 'has `service` beside `conditional`'],
    [{ conditional: [] }, 'takes 1 to 16 entries, got 0'],
    [{ conditional: [check, check] }, 'entry 0 of ExtAuth test/Check has no condition'],
    [
      { ...check, cache: { key: [], ttl: Duration.minutes(1) } },
      'takes 1 to 16 parts of a key, got 0',
    ],
    [{ ...check, cache: { key: [admins] } }, 'needs one of `ttl` and `ttlExpression`'],
    [
      { ...check, cache: { key: [admins], ttl: Duration.minutes(1), maxEntries: 0 } },
      'maxEntries of ExtAuth test/Check must be a whole number from 1, got 0',
    ],
    [{ ...check, forwardBody: Size.gibibytes(4) }, 'must be 1 to 4294967295 bytes, got 4294967296'],
    [
      { service: ExtAuthService.fromUrl('http://a.example.com/'), protocol: check.protocol },
      'asks a gRPC service at a URL with a path',
    ],
    [
      {
        service: ExtAuthService.fromUrl('http://a.example.com/check'),
        protocol: ExtAuthProtocol.http({ path: Cel.of('request.path') }),
      },
      'has a path in its URL and another in `path`; keep one',
    ],
    [
      {
        service: authz,
        protocol: ExtAuthProtocol.http({ body: Cel.of('request.method') }),
        forwardBody: Size.kibibytes(1),
      },
      'has `forwardBody` and `body`',
    ],
    [
      {
        service: authz,
        protocol: ExtAuthProtocol.http({ path: Cel.of('response.headers["location"]') }),
      },
      '`path` of ExtAuth test/Check cannot work: ',
    ],
    [
      { conditional: [{ condition: Cel.of('response.code == 200'), ...check }, check] },
      '`condition` of ExtAuth test/Check cannot work: ',
    ],
  ])('that could not work is refused: %#', (props, message) => {
    expect(() => extAuth(props)).toThrow(message);
  });

  it('before routing reads nothing of the route', () => {
    const { scope, edge, backend } = tree();
    const key = [Cel.of('proxy.route.name')];
    const cache = { key, ttl: Duration.minutes(1) };
    const build = (props: Pick<ExtAuthProps, 'target' | 'overridable'>) =>
      new ExtAuth(scope, 'Check', { ...check, cache, ...props });
    expect(() => build({ target: edge })).toThrow(
      '`cache.key[0]` of ExtAuth test/Check cannot work',
    );
    expect(() => build({ target: edge, overridable: true })).not.toThrow();
    expect(() => new ExtAuth(scope, 'Backend', { target: backend, conditional: [check] })).toThrow(
      '`conditional`, which backends do not know',
    );
  });
});

describe('an authorization service', () => {
  function place(of: ExtAuthService): unknown {
    const { failureMode, http, ...rest } = extAuth({
      service: of,
      protocol: ExtAuthProtocol.http(),
    }) as { failureMode: unknown; http: unknown };
    return rest;
  }

  it.each<[string, () => ExtAuthService, object]>([
    ['is a Service of this app', () => ExtAuthService.fromService(owned(), { port: 80 }), {}],
    [
      'is a Service of another namespace',
      () => ExtAuthService.fromService(owned('iam'), { port: 80 }),
      { namespace: 'iam' },
    ],
    [
      'is known by its name',
      () => ExtAuthService.fromServiceName('authz', { port: 80, namespace: 'iam' }),
      { namespace: 'iam' },
    ],
  ])('%s', (_, build, expected) => {
    expect(place(build())).toEqual({ backendRef: { ...BACKEND_REF, port: 80, ...expected } });
  });

  it('is a backend, or a URL', () => {
    const backend = new StaticBackend(chart(), 'Out', { host: 'a.example.com', port: 80 });
    expect(place(ExtAuthService.fromBackend(backend))).toEqual({
      backendRef: { group: 'agentgateway.dev', kind: 'AgentgatewayBackend', name: 'test-out' },
    });
    const url = 'http://a.example.com:8080/check';
    expect(place(ExtAuthService.fromUrl(url))).toEqual({ url });
  });

  function owned(namespace?: string) {
    return new kplus.Service(chart(), 'S', {
      metadata: { name: 'authz', namespace },
      ports: [{ port: 80 }],
    });
  }

  it.each([
    [() => ExtAuthService.fromService(owned(), { port: 0 }), 'port of Service `authz`'],
    [() => ExtAuthService.fromServiceName('a', { port: 70_000 }), 'from 1 to 65535, got 70000'],
    [
      () =>
        ExtAuthService.fromService(new ApiObject(chart(), 'P', { apiVersion: 'v1', kind: 'Pod' }), {
          port: 80,
        }),
      'ExtAuthService.fromService takes a Service, got Pod `test-p`',
    ],
    [() => ExtAuthService.fromUrl('authz:9000'), '"authz:9000" must be http or https'],
    [() => ExtAuthService.fromUrl('http://a.example.com?a=b'), 'without query, fragment'],
  ])('that cannot be asked is refused: %#', (build, message) => {
    expect(build).toThrow(message);
  });

  it('with a password in its URL is refused, and the password not shown', () => {
    const build = () => ExtAuthService.fromUrl('http://user:FAKE-password@a.example.com');
    expect(build).toThrow('without query, fragment and credentials');
    expect(build).not.toThrow('FAKE-password');
  });
});

describe('a protocol', () => {
  function protocol(of: ExtAuthProtocol): unknown {
    const { backendRef, failureMode, ...rest } = extAuth({ service: authz, protocol: of }) as {
      backendRef: unknown;
      failureMode: unknown;
    };
    return rest;
  }

  it('of gRPC tells the service what it is told', () => {
    const of = ExtAuthProtocol.grpc({
      contextExtensions: { policy: 'edge' },
      requestMetadata: { who: Cel.of('jwt.sub') },
    });
    expect(protocol(of)).toEqual({
      grpc: { contextExtensions: { policy: 'edge' }, requestMetadata: { who: 'jwt.sub' } },
    });
  });

  it('of HTTP has every field of the API', () => {
    const of = ExtAuthProtocol.http({
      path: Cel.of('"/check" + request.path'),
      body: Cel.of('request.body'),
      redirect: Cel.of('"https://login.example.com/?to=" + request.path'),
      addRequestHeaders: { 'x-who': Cel.of('jwt.sub') },
      allowedRequestHeaders: ['cookie', ':authority'],
      allowedResponseHeaders: ['x-user'],
      responseMetadata: { user: Cel.of('response.headers["x-user"]') },
    });
    expect(protocol(of)).toEqual({
      http: {
        path: '"/check" + request.path',
        body: 'request.body',
        redirect: '"https://login.example.com/?to=" + request.path',
        addRequestHeaders: { 'x-who': 'jwt.sub' },
        allowedRequestHeaders: ['cookie', ':authority'],
        allowedResponseHeaders: ['x-user'],
        responseMetadata: { user: 'response.headers["x-user"]' },
      },
    });
  });

  it.each([
    [
      () => ExtAuthProtocol.http({ allowedResponseHeaders: [':path'] }),
      'allowedResponseHeaders of ExtAuthProtocol.http: ":path" is not a valid name',
    ],
    [
      () => ExtAuthProtocol.http({ allowedRequestHeaders: ['x y'] }),
      'allowedRequestHeaders of ExtAuthProtocol.http: "x y" is not a valid name',
    ],
    [
      () => ExtAuthProtocol.http({ allowedRequestHeaders: ['Cookie', 'cookie'] }),
      'names one header twice',
    ],
    [
      () => ExtAuthProtocol.http({ addRequestHeaders: { 'x:y': admins } }),
      'addRequestHeaders of ExtAuthProtocol.http: "x:y" is not a valid name',
    ],
    [
      () =>
        ExtAuthProtocol.grpc({
          contextExtensions: Object.fromEntries(
            Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']),
          ),
        }),
      'contextExtensions of an ExtAuthProtocol takes at most 64 entries, got 65',
    ],
  ])('that could not work is refused: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
