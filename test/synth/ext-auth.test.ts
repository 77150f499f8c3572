import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  Backend,
  ExtAuth,
  ExtAuthFailureMode,
  ExtAuthProtocol,
  ExtAuthService,
  Gateway,
  HttpRoute,
  type IPolicyTarget,
  Listener,
  Policy,
  PolicyPhase,
  RouteFilter,
  synthStandalone,
} from '../../lib/index';
import { TestGateway, type TestUpstream } from '../../lib/testing';

interface Scene {
  readonly scope: Chart;
  readonly gateway: Gateway;
  readonly route: HttpRoute;
  readonly shop: IPolicyTarget;
}

type Build = (scene: Scene) => void;

/** A gateway in front of `shop`, and what is attached to it. */
function chart(build: Build, filters: RouteFilter[] = []): Chart {
  const scope = new Chart(new App(), 'test', {
    namespace: 'shop',
    disableResourceNameHashes: true,
  });
  const gateway = new Gateway(scope, 'Gateway', { listeners: [Listener.http()] });
  const route = new HttpRoute(scope, 'Route', { gateway });
  const shop = Backend.fromServiceName(scope, 'Shop', 'shop', { port: 80 });
  route.addRule(shop, { name: 'main', filters });
  build({ scope, gateway, route, shop });
  return scope;
}

type Upstreams = Readonly<Record<string, TestUpstream>>;

/** The two outputs of an app, run by the reference gateway. */
const TARGETS: readonly (readonly [string, (scope: Chart, upstreams: Upstreams) => TestGateway])[] =
  [
    ['Kubernetes objects', (scope, upstreams) => TestGateway.fromChart(scope, { upstreams })],
    [
      'the standalone file',
      (scope, upstreams) => {
        const [text, ...others] = Object.values(synthStandalone(scope));
        expect(others).toEqual([]);
        return TestGateway.fromStandalone(text!, { upstreams });
      },
    ],
  ];

const ALLOWS: TestUpstream = () => ({});
const DENIES: TestUpstream = () => ({ status: 403, body: 'denied' });

function check(scope: Chart, id: string, target: IPolicyTarget, name: string): ExtAuth {
  const service = ExtAuthService.fromServiceName(name, { port: 80 });
  return new ExtAuth(scope, id, { target, service, protocol: ExtAuthProtocol.http() });
}

async function ask(gateway: TestGateway, request: object = {}) {
  const { status } = await gateway.request({ url: 'http://a.test/', ...request });
  const asked = gateway.forwarded.map(({ upstream }) => upstream.split('.')[0]);
  return { status, asked };
}

describe.each(TARGETS)('checks of a Gateway and a route in %s', (_, run) => {
  it.each([
    ['allows', 'allows', 200, ['outer', 'inner', 'shop']],
    ['allows', 'denies', 403, ['outer', 'inner']],
    ['denies', 'allows', 403, ['outer']],
    ['denies', 'denies', 403, ['outer']],
  ])('must both be passed: one %s, the other %s', async (outer, inner, status, asked) => {
    const scope = chart(({ scope, gateway, route }) => {
      check(scope, 'Outer', gateway, 'outer');
      check(scope, 'Inner', route, 'inner');
    });
    const answers = { allows: ALLOWS, denies: DENIES } as Readonly<Record<string, TestUpstream>>;
    const gateway = run(scope, {
      'outer.shop:80': answers[outer]!,
      'inner.shop:80': answers[inner]!,
      'shop.shop:80': ALLOWS,
    });
    expect(await ask(gateway)).toEqual({ status, asked });
    expect(gateway.warnings).toEqual([]);
  });

  it('are one where the Gateway says that routes replace its own', async () => {
    const scope = chart(({ scope, gateway, route }) => {
      new ExtAuth(scope, 'Outer', {
        target: gateway,
        overridable: true,
        service: ExtAuthService.fromServiceName('outer', { port: 80 }),
        protocol: ExtAuthProtocol.http(),
      });
      check(scope, 'Inner', route, 'inner');
    });
    const gateway = run(scope, {
      'outer.shop:80': DENIES,
      'inner.shop:80': ALLOWS,
      'shop.shop:80': ALLOWS,
    });
    expect(await ask(gateway)).toEqual({ status: 200, asked: ['inner', 'shop'] });
  });

  it.each([
    [ExtAuthFailureMode.FAIL_CLOSED, 403],
    [ExtAuthFailureMode.FAIL_OPEN, 200],
  ])('do what they say when the service is away: %s', async (failureMode, status) => {
    const scope = chart(({ scope, gateway }) => {
      new ExtAuth(scope, 'Outer', {
        target: gateway,
        failureMode,
        service: ExtAuthService.fromServiceName('outer', { port: 80 }),
        protocol: ExtAuthProtocol.http(),
      });
    });
    expect(await ask(run(scope, { 'shop.shop:80': ALLOWS }))).toMatchObject({ status });
  });

  it('refuse everybody when they name nobody, also where they fail open', async () => {
    const scope = chart(({ scope, gateway }) => {
      const missing = Backend.fromBackendName(scope, 'Missing', 'missing');
      new ExtAuth(scope, 'Outer', {
        target: gateway,
        failureMode: ExtAuthFailureMode.FAIL_OPEN,
        service: ExtAuthService.fromBackend(missing),
        protocol: ExtAuthProtocol.http(),
      });
    });
    expect(await ask(run(scope, { 'shop.shop:80': ALLOWS }))).toEqual({ status: 403, asked: [] });
  });
});

describe.each(TARGETS)('a check of a backend in %s', (_, run) => {
  it.each([
    ['allows', ALLOWS, 200, ['inner', 'own', 'shop']],
    ['denies', DENIES, 403, ['inner', 'own']],
  ])('comes after those of routes: one that %s', async (_, own, status, asked) => {
    const scope = chart(({ scope, route, shop }) => {
      check(scope, 'Inner', route, 'inner');
      check(scope, 'Own', shop, 'own');
    });
    const gateway = run(scope, {
      'inner.shop:80': ALLOWS,
      'own.shop:80': own,
      'shop.shop:80': ALLOWS,
    });
    expect(await ask(gateway)).toEqual({ status, asked });
  });
});

describe.each(TARGETS)('a check of a Gateway in %s', (_, run) => {
  const origin = 'https://app.example.com';
  const cors = { allowOrigins: [origin], allowMethods: ['GET'] };
  const preflight = {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'GET' },
  };

  it('refuses the preflights of its routes, and synth says so', async () => {
    const scope = chart(
      ({ scope, gateway }) => void check(scope, 'Outer', gateway, 'outer'),
      [RouteFilter.cors(cors)],
    );
    const gateway = run(scope, { 'outer.shop:80': DENIES });
    expect(await ask(gateway, preflight)).toMatchObject({ status: 403 });
    const { warnings } = TestGateway.fromChart(scope);
    expect(warnings.map(({ code }) => code)).toContain('PreflightRefused');
  });

  it('comes after the rules of the Gateway for other origins', async () => {
    const scope = chart(
      ({ scope, gateway }) => {
        check(scope, 'Outer', gateway, 'outer');
        new Policy(scope, 'Cors', {
          target: gateway,
          phase: PolicyPhase.PRE_ROUTING,
          traffic: { cors },
        });
      },
      [RouteFilter.cors(cors)],
    );
    const gateway = run(scope, { 'outer.shop:80': DENIES });
    expect(await ask(gateway, preflight)).toEqual({ status: 200, asked: [] });
    expect(gateway.warnings).toEqual([]);
  });
});
