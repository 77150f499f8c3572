import { ApiObject, type App, JsonPatch } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Backend } from '../../../lib/constructs/backends/backend';
import { Gateway } from '../../../lib/constructs/gateway';
import { HttpRoute } from '../../../lib/constructs/http-route';
import { Listener } from '../../../lib/constructs/listener';
import {
  Policy,
  PolicyInheritance,
  PolicyPhase,
  type PolicyProps,
} from '../../../lib/constructs/policies/policy';
import { chart, gateway, service, spec, synthesized } from '../trees';

const CSRF = { csrf: { additionalOrigins: ['https://a.example'] } };

function tree() {
  const scope = chart();
  const edge = gateway(scope, {
    listeners: [
      Listener.http({ hostname: 'a.example' }),
      Listener.http({ name: 'b', hostname: 'b.example' }),
    ],
  });
  const route = new HttpRoute(scope, 'Route', { gateway: edge, hostnames: ['a.example'] });
  const rule = route.addRule(service(scope));
  return { scope, edge, route, rule };
}

describe('a Policy', () => {
  it('is attached to objects, in their namespace', () => {
    const scope = chart({ namespace: 'shop' });
    const edge = gateway(scope, { metadata: { namespace: 'infra' } });
    const policy = new Policy(scope, 'Policy', {
      target: edge.listener('http'),
      phase: PolicyPhase.PRE_ROUTING,
      inheritance: PolicyInheritance.DEFAULT,
      traffic: { cors: { allowOrigins: ['*'] } },
    });
    ApiObject.of(policy).addJsonPatch(JsonPatch.add('/spec/traffic/newField', 1));
    expect(synthesized(scope, 'AgentgatewayPolicy')).toEqual([
      {
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayPolicy',
        metadata: { name: 'test-policy', namespace: 'infra' },
        spec: {
          targetRefs: [
            {
              group: 'gateway.networking.k8s.io',
              kind: 'Gateway',
              name: 'test-gateway',
              sectionName: 'http',
            },
          ],
          strategy: { inheritance: 'Default' },
          traffic: { phase: 'PreRouting', cors: { allowOrigins: ['*'] }, newField: 1 },
        },
      },
    ]);
  });

  it('reaches a Service of the core group by its port', () => {
    const scope = chart();
    new Policy(scope, 'Policy', { target: service(scope), backend: { tcp: {} } });
    expect(spec(scope, 'AgentgatewayPolicy')).toEqual({
      targetRefs: [{ group: '', kind: 'Service', name: 'shop', sectionName: '80' }],
      backend: { tcp: {} },
    });
  });

  it.each<[(at: ReturnType<typeof tree>) => PolicyProps, string]>([
    [() => ({ traffic: CSRF }), 'Policy test/P protects nothing; give it a `target`'],
    [
      ({ route }) => ({ target: route }),
      'says nothing; give it `traffic`, `frontend` or `backend`',
    ],
    [
      ({ route, edge }) => ({ target: route, targets: [edge], traffic: CSRF }),
      'targets HTTPRoute `default/test-route` and Gateway `default/test-gateway`; all must be of one kind',
    ],
    [
      ({ scope, edge }) => ({
        target: edge,
        targets: [Gateway.fromGatewayName(scope, 'G', 'g', { namespace: 'other' })],
        traffic: CSRF,
      }),
      'a policy reaches its own namespace only, so write one policy for each',
    ],
    [
      ({ edge }) => ({ metadata: { namespace: 'shop' }, target: edge, traffic: CSRF }),
      'Policy test/P is in namespace `shop`, but a policy reaches its own namespace only and Gateway `default/test-gateway` is not in it; leave metadata.namespace out',
    ],
    [
      ({ scope }) => ({ target: service(scope, 'x'), traffic: CSRF }),
      'sets `traffic` on a Service; target the route or the Gateway instead',
    ],
    [
      ({ route }) => ({ target: route, frontend: { tls: {} } }),
      'sets `frontend` on a HTTPRoute; target the Gateway instead',
    ],
    [
      ({ route }) => ({ target: route, phase: PolicyPhase.PRE_ROUTING, traffic: CSRF }),
      'runs before routing, but is attached to a HTTPRoute',
    ],
    [
      ({ edge }) => ({
        target: edge,
        inheritance: PolicyInheritance.OVERRIDE,
        traffic: CSRF,
        frontend: { tls: {} },
      }),
      'has `inheritance`, which only policies with nothing but `traffic` may have',
    ],
  ])('refuses what reaches nothing: %#', (props, message) => {
    const at = tree();
    expect(() => new Policy(at.scope, 'P', props(at))).toThrow(message);
  });
});

describe('two policies', () => {
  it('cannot set one field of one target, since no winner is defined', () => {
    const { scope, route } = tree();
    new Policy(scope, 'One', { target: route, traffic: CSRF });
    new Policy(scope, 'Two', { target: route, traffic: { ...CSRF, delay: { duration: '1s' } } });
    expect(() => scope.toJson()).toThrow(
      'Validation failed with the following errors:\n  [test/Two] sets traffic.csrf (PostRouting) on HTTPRoute `default/test-route`, and so does test/One; which of them wins is not defined, so merge them into one policy',
    );
  });

  it('cannot do so from two charts either', () => {
    const { scope, edge } = tree();
    const other = chart({}, scope.node.root as App, 'other');
    new Policy(scope, 'One', { target: edge, traffic: CSRF });
    new Policy(other, 'Two', { target: edge, traffic: CSRF });
    expect(() => other.toJson()).toThrow('[other/Two] sets traffic.csrf');
  });

  it.each([
    ['fields differ', { delay: { duration: '1s' } }],
    ['fields add up', { authorization: { policy: { matchExpressions: ['true'] } } }],
    ['phases differ', { cors: {}, phase: 'PreRouting' }],
  ])('live side by side where %s', (_, traffic) => {
    const { scope, edge } = tree();
    const authorization = { policy: { matchExpressions: ['true'] } };
    new Policy(scope, 'One', { target: edge, traffic: { ...CSRF, cors: {}, authorization } });
    new Policy(scope, 'Two', { target: edge, traffic });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toHaveLength(2);
  });

  it('add up inside backend.mcp, field by field', () => {
    const scope = chart();
    const target = new Backend(scope, 'Mcp', { spec: { mcp: { targets: [] } } });
    const authorization = { policy: { matchExpressions: ['true'] } };
    new Policy(scope, 'One', { target, backend: { mcp: { authorization, guardrails: {} } } });
    new Policy(scope, 'Two', { target, backend: { mcp: { authorization } } });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toHaveLength(2);
    new Policy(scope, 'Three', { target, backend: { mcp: { guardrails: {} } } });
    expect(() => scope.toJson()).toThrow('[test/Three] sets backend.mcp.guardrails on');
  });

  it('cannot stand below each other where the upper one overrides', () => {
    const { scope, edge, rule } = tree();
    const inheritance = PolicyInheritance.OVERRIDE;
    new Policy(scope, 'Upper', { target: edge, inheritance, traffic: CSRF });
    new Policy(scope, 'Lower', { target: rule, traffic: CSRF });
    expect(() => scope.toJson()).toThrow(
      '[test/Lower] sets traffic.csrf (PostRouting) on HTTPRoute `default/test-route` section `rule-0`, but it would never apply, since test/Upper on Gateway `default/test-gateway` lets nothing below replace it; leave `inheritance` out of test/Upper, or remove that policy and attach one to each route',
    );
  });

  it('see each other through the listeners that the route attaches to, and no others', () => {
    const { scope, edge, route } = tree();
    const inheritance = PolicyInheritance.OVERRIDE;
    new Policy(scope, 'Lower', { target: route, traffic: CSRF });
    new Policy(scope, 'Aside', { target: edge.listener('b'), inheritance, traffic: CSRF });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toHaveLength(2);
    new Policy(scope, 'Above', { target: edge.listener('http'), inheritance, traffic: CSRF });
    expect(() => scope.toJson()).toThrow(
      /test\/Above on Gateway `default\/test-gateway` section `http`/,
    );
    expect(() => scope.toJson()).toThrow(/^(?!.*test\/Aside)/s);
  });

  it('are seen again after the tree has changed', () => {
    const { scope, route } = tree();
    new Policy(scope, 'One', { target: route, traffic: CSRF });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toHaveLength(1);
    new Policy(scope, 'Two', { target: route, traffic: CSRF });
    expect(() => scope.toJson()).toThrow('and so does test/One');
  });
});
