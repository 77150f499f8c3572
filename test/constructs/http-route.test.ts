import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { AllowedRoutes } from '../../lib/constructs/allowed-routes';
import { Backend } from '../../lib/constructs/backends/backend';
import { WeightedBackends } from '../../lib/constructs/backends/weighted';
import { DirectResponse } from '../../lib/constructs/direct-response';
import { Gateway } from '../../lib/constructs/gateway';
import { HttpRoute, type HttpRouteProps } from '../../lib/constructs/http-route';
import type { HttpRouteRuleOptions } from '../../lib/constructs/http-route-rule';
import { Listener } from '../../lib/constructs/listener';
import { PathRewrite } from '../../lib/constructs/path-rewrite';
import { Redirect } from '../../lib/constructs/redirect';
import {
  ReferenceGrant,
  ReferenceGrantFrom,
  ReferenceGrantTo,
} from '../../lib/constructs/reference-grant';
import { RouteFilter } from '../../lib/constructs/route-filter';
import { RouteMatch } from '../../lib/constructs/route-match';
import { chart, gateway, service, spec, synthesized } from './trees';

function routed(props: Partial<HttpRouteProps> = {}) {
  const scope = chart();
  const route = new HttpRoute(scope, 'Route', { gateway: gateway(scope), ...props });
  return { scope, route, shop: service(scope) };
}

describe('an HttpRoute', () => {
  it('sends what it matches to a Service', () => {
    const { scope, route } = routed({ hostnames: ['shop.example.com'] });
    const target = new kplus.Service(scope, 'Shop', { ports: [{ port: 8000 }] });
    route.addRule(Backend.fromService(target, { port: 8000 }), {
      matches: [RouteMatch.pathPrefix('/cart')],
    });
    expect(synthesized(scope, 'HTTPRoute')).toEqual([
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'test-route' },
        spec: {
          parentRefs: [
            { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'test-gateway' },
          ],
          hostnames: ['shop.example.com'],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/cart' } }],
              backendRefs: [{ group: '', kind: 'Service', name: 'test-shop', port: 8000 }],
            },
          ],
        },
      },
    ]);
  });

  it('names namespaces only where it leaves its own', () => {
    const scope = chart({ namespace: 'shop' });
    const edge = new Gateway(scope, 'Edge', {
      metadata: { namespace: 'infra' },
      listeners: [Listener.http({ allowedRoutes: AllowedRoutes.all() })],
    });
    const route = new HttpRoute(scope, 'Route', { gateway: edge.listener('http') });
    route.addRule(service(scope, 'cart', 'shop'));
    expect(spec(scope, 'HTTPRoute')).toMatchObject({
      parentRefs: [{ name: 'test-edge', namespace: 'infra', sectionName: 'http' }],
      rules: [{ backendRefs: [{ group: '', kind: 'Service', name: 'cart', port: 80 }] }],
    });
  });

  it('splits by weight, rewrites, mirrors and waits', () => {
    const { scope, route, shop } = routed();
    const canary = service(scope, 'canary');
    route.addRule(
      WeightedBackends.of([
        { backend: shop, weight: 90 },
        { backend: canary, weight: 10 },
      ]),
      {
        name: 'split',
        matches: [RouteMatch.pathPrefix('/api')],
        filters: [
          RouteFilter.rewrite({ path: PathRewrite.prefix('/v2') }),
          RouteFilter.mirror(canary, { percent: 5 }),
        ],
        timeouts: { request: Duration.seconds(90), backendRequest: Duration.millis(1500) },
      },
    );
    expect(spec(scope, 'HTTPRoute')).toMatchObject({
      rules: [
        {
          name: 'split',
          filters: [
            {
              type: 'URLRewrite',
              urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } },
            },
            {
              type: 'RequestMirror',
              requestMirror: { percent: 5, backendRef: { name: 'canary', port: 80 } },
            },
          ],
          timeouts: { request: '1m30s', backendRequest: '1s500ms' },
          backendRefs: [
            { name: 'shop', weight: 90 },
            { name: 'canary', weight: 10 },
          ],
        },
      ],
    });
  });

  it('redirects without a backend', () => {
    const { scope, route } = routed();
    route.addRule(Redirect.of({ scheme: 'https', port: 8443, statusCode: 308 }));
    expect(spec(scope, 'HTTPRoute')).toMatchObject({
      rules: [
        {
          filters: [
            {
              type: 'RequestRedirect',
              requestRedirect: { scheme: 'https', port: 8443, statusCode: 308 },
            },
          ],
        },
      ],
    });
    expect(spec(scope, 'HTTPRoute')).not.toHaveProperty('rules.0.backendRefs');
  });

  it('tries again and answers by itself through policies on its rules', () => {
    const { scope, route, shop } = routed();
    route.addRule(shop, {
      retry: { attempts: 3, codes: [503, 503, 502], backoff: Duration.millis(250) },
    });
    route.addRule(DirectResponse.of({ status: 418, body: 'short and stout' }), {
      name: 'teapot',
      matches: [RouteMatch.pathExact('/teapot')],
    });
    expect(spec(scope, 'HTTPRoute')).toMatchObject({
      rules: [{ name: 'rule-0' }, { name: 'teapot' }],
    });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toMatchObject([
      {
        metadata: { name: 'test-route-policy-rule-0' },
        spec: {
          targetRefs: [{ kind: 'HTTPRoute', name: 'test-route', sectionName: 'rule-0' }],
          traffic: { retry: { attempts: 3, codes: [503, 502], backoff: '250ms' } },
        },
      },
      {
        spec: {
          targetRefs: [{ sectionName: 'teapot' }],
          traffic: { directResponse: { status: 418, body: 'short and stout' } },
        },
      },
    ]);
  });

  it('sends its JSON patches on', () => {
    const { scope, route, shop } = routed();
    route.addRule(shop);
    ApiObject.of(route).addJsonPatch(JsonPatch.add('/spec/rules/0/newField', { a: 1 }));
    expect(spec(scope, 'HTTPRoute')).toMatchObject({ rules: [{ newField: { a: 1 } }] });
  });

  it('of others is a target for policies', () => {
    const scope = chart({ namespace: 'shop' });
    const route = HttpRoute.fromRouteName(scope, 'Theirs', 'cart', { namespace: 'other' });
    expect(route.toPolicyTargetConfig()).toEqual({
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      name: 'cart',
      namespace: 'other',
    });
    expect(scope.toJson()).toEqual([]);
  });
});

describe('a route at synth', () => {
  it('needs rules', () => {
    const { scope } = routed();
    expect(() => scope.toJson()).toThrow('[test/Route] no rules; add one');
  });

  it('has at most 128 matches', () => {
    const { scope, route, shop } = routed();
    for (let rule = 0; rule < 3; rule++)
      route.addRule(shop, { matches: Array.from({ length: 43 }, () => RouteMatch.any()) });
    expect(() => scope.toJson()).toThrow('129 matches, and a route takes at most 128; split it');
  });

  it('must be let in by a listener', () => {
    const scope = chart({ namespace: 'shop' });
    const edge = gateway(scope, { metadata: { namespace: 'infra' } });
    new HttpRoute(scope, 'Route', { gateway: edge }).addRule(service(scope));
    expect(() => scope.toJson()).toThrow(
      '[test/Route] it would not attach to Gateway `infra/test-gateway`: listener `http` allows routes from: Same only, and this one is in namespace `shop`; give the listener for example `allowedRoutes: AllowedRoutes.all()`',
    );
  });

  it('must share a host with a listener', () => {
    const scope = chart();
    const listeners = [Listener.http({ hostname: '*.example.com' })];
    const edge = gateway(scope, { listeners });
    const inside = new HttpRoute(scope, 'Inside', {
      gateway: edge,
      hostnames: ['a.b.example.com'],
    });
    inside.addRule(service(scope));
    expect(scope.toJson()).toHaveLength(2);
    const outside = new HttpRoute(scope, 'Outside', { gateway: edge, hostnames: ['example.com'] });
    outside.addRule(service(scope, 'other'));
    expect(() => scope.toJson()).toThrow(
      'listener `http` takes *.example.com only, and none of example.com fits it',
    );
  });

  it.each([
    [{ access: 'yes', team: 'a' }, true],
    [{ access: 'no' }, false],
    [undefined, false],
  ])('is let in by labels of its namespace: %o', (labels, admitted) => {
    const scope = chart();
    new kplus.Namespace(scope, 'Shop', { metadata: { name: 'shop', labels } });
    const allowedRoutes = AllowedRoutes.selector({ access: 'yes' });
    const edge = gateway(scope, { listeners: [Listener.http({ allowedRoutes })] });
    const route = new HttpRoute(scope, 'Route', { gateway: edge, metadata: { namespace: 'shop' } });
    route.addRule(service(scope, 'cart', 'shop'));
    if (admitted) expect(scope.toJson()).toHaveLength(3);
    else expect(() => scope.toJson()).toThrow('allows routes from: Selector access=yes only');
  });

  it('is believed where the labels of its namespace are not known', () => {
    const scope = chart();
    const allowedRoutes = AllowedRoutes.selector({ access: 'yes' });
    const edge = gateway(scope, { listeners: [Listener.http({ allowedRoutes })] });
    const route = new HttpRoute(scope, 'Route', { gateway: edge, metadata: { namespace: 'shop' } });
    route.addRule(service(scope, 'cart', 'shop'));
    expect(scope.toJson()).toHaveLength(2);
  });

  it.each(['the construct', 'a plain ApiObject'])(
    'needs a grant for a Service of another namespace: %s',
    (kind) => {
      const scope = chart({ namespace: 'shop' });
      const route = new HttpRoute(scope, 'Route', { gateway: gateway(scope) });
      route.addRule(service(scope, 'stock', 'warehouse'));
      expect(() => scope.toJson()).toThrow(
        "[test/Route] Service `warehouse/stock` is in another namespace, and no ReferenceGrant in this app lets HTTPRoutes of `shop` refer to it; add new ReferenceGrant(this, 'Grant', { metadata: { namespace: 'warehouse' }",
      );
      if (kind === 'the construct')
        new ReferenceGrant(scope, 'Grant', {
          metadata: { namespace: 'warehouse' },
          from: [ReferenceGrantFrom.httpRoutes('shop')],
          to: [ReferenceGrantTo.services()],
        });
      else
        new ApiObject(scope, 'Grant', {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'ReferenceGrant',
          metadata: { namespace: 'warehouse' },
          spec: {
            from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }],
            to: [{ group: '', kind: 'Service', name: 'stock' }],
          },
        });
      expect(scope.toJson()).toHaveLength(3);
    },
  );

  it('needs a grant for what it mirrors to as well', () => {
    const scope = chart({ namespace: 'shop' });
    const route = new HttpRoute(scope, 'Route', { gateway: gateway(scope) });
    const filters = [RouteFilter.mirror(service(scope, 'copy', 'audit'))];
    route.addRule(service(scope, 'cart', 'shop'), { filters });
    expect(() => scope.toJson()).toThrow('Service `audit/copy` is in another namespace');
  });
});

describe('a rule', () => {
  it.each<[HttpRouteRuleOptions, string]>([
    [{ name: 'Not A Name' }, 'name of a rule "Not A Name" must be'],
    [
      { timeouts: { request: Duration.millis(1.5) } },
      'timeouts.request must be whole milliseconds and at most 99999 hours, got 1.5ms',
    ],
    [
      { timeouts: { request: Duration.seconds(1), backendRequest: Duration.seconds(2) } },
      'timeouts.backendRequest (2000ms) is longer than timeouts.request (1000ms)',
    ],
    [{ timeouts: { request: Duration.days(5000) } }, 'at most 99999 hours'],
    [{ retry: { attempts: 0 } }, 'attempts of a retry must be a whole number from 1 to 255, got 0'],
    [{ retry: { codes: [200] } }, 'codes of a retry must be statuses from 400 to 599, got 200'],
    [
      { filters: [RouteFilter.rewrite({ path: PathRewrite.prefix('/') })] },
      'the rule needs exactly one match, with a path prefix',
    ],
    [
      {
        filters: [RouteFilter.rewrite({ path: PathRewrite.prefix('/') })],
        matches: [RouteMatch.pathExact('/a')],
      },
      'the rule needs exactly one match, with a path prefix',
    ],
    [
      {
        filters: [
          RouteFilter.rewrite({ hostname: 'a.example' }),
          RouteFilter.rewrite({ hostname: 'b.example' }),
        ],
      },
      'a rule takes one URLRewrite filter, got several; merge them',
    ],
    [{ matches: Array.from({ length: 65 }, () => RouteMatch.any()) }, 'at most 64 matches, got 65'],
  ])('refuses %o', (options, message) => {
    const { route, shop } = routed();
    expect(() => route.addRule(shop, options)).toThrow(message);
  });

  it('has a name of its own', () => {
    const { route, shop } = routed();
    route.addRule(shop, { name: 'rule-1' });
    expect(() => route.addRule(shop)).toThrow(
      'HttpRoute test/Route has a rule `rule-1` already; give this one another `name`',
    );
  });

  it('is one of sixteen at most', () => {
    const { route, shop } = routed();
    for (let rule = 0; rule < 16; rule++) route.addRule(shop);
    expect(() => route.addRule(shop)).toThrow(
      'HttpRoute test/Route takes at most 16 rules, got 17; add another HttpRoute',
    );
  });

  it('waits for ever where a timeout is zero', () => {
    const { scope, route, shop } = routed();
    route.addRule(shop, {
      timeouts: { request: Duration.millis(0), backendRequest: Duration.hours(30) },
    });
    expect(spec(scope, 'HTTPRoute')).toMatchObject({
      rules: [{ timeouts: { request: '0s', backendRequest: '30h' } }],
    });
  });

  it('that redirects cannot rewrite', () => {
    const { route } = routed();
    const filters = [RouteFilter.rewrite({ hostname: 'a.example' })];
    expect(() => route.addRule(Redirect.of({ scheme: 'https' }), { filters })).toThrow(
      'a redirect never reaches a backend',
    );
  });
});

describe('what answers a rule', () => {
  const scope = chart();
  const shop = service(scope);
  it.each([
    [() => WeightedBackends.of([]), 'WeightedBackends takes 1 to 16 backends, got 0'],
    [
      () => WeightedBackends.of([{ backend: shop, weight: 0 }]),
      'all weights are 0, so every request would be answered 500',
    ],
    [
      () => WeightedBackends.of([{ backend: shop, weight: -1 }]),
      'weight must be a whole number from 0 to 1000000, got -1',
    ],
    [
      () => DirectResponse.of({ status: 99 }),
      'status of a direct response must be 200 to 599, got 99',
    ],
    [() => DirectResponse.of({ status: 200, body: '' }), 'leave it out for none'],
    [() => Redirect.of({ statusCode: 301 }), 'a redirect to the same place never ends'],
    [
      () => Redirect.of({ scheme: 'ftp' }),
      'scheme of a redirect must be "http" or "https", got "ftp"',
    ],
    [
      () => Redirect.of({ port: 80, statusCode: 300 }),
      'must be one of 301, 302, 303, 307, 308, got 300',
    ],
    [() => Redirect.of({ hostname: '*.a.example' }), 'must be one host, got "*.a.example"'],
  ])('refuses what cannot work: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});

describe('a route attached to nothing', () => {
  it('is refused at once', () => {
    expect(() => new HttpRoute(chart(), 'Route', {})).toThrow(
      'HttpRoute test/Route attaches to nothing; give it a `gateway`',
    );
    expect(() => routed({ hostnames: ['a b'] })).toThrow('hostname "a b" is not a hostname');
    expect(() => routed({ hostnames: Array.from({ length: 17 }, (_, i) => `h${i}.io`) })).toThrow(
      'takes at most 16 hostnames, got 17',
    );
  });
});

describe('allowAnonymous', () => {
  it('says in the manifest why anybody may call', () => {
    const { scope, route } = routed();
    route.addRule(Redirect.of({ hostname: 'shop.example.com' }));
    route.allowAnonymous(' a public demo ');
    expect(synthesized(scope, 'HTTPRoute')[0].metadata).toMatchObject({
      annotations: { 'cdk8s-agentgateway/allow-anonymous': 'a public demo' },
    });
  });

  it.each(['', '  '])('wants a reason, not %j', (reason) => {
    expect(() => routed().route.allowAnonymous(reason)).toThrow(
      'HttpRoute test/Route says nothing with allowAnonymous',
    );
  });
});
