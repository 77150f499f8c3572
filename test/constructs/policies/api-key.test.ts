import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { HttpRoute } from '../../../lib/constructs/http-route';
import {
  ApiKeyMode,
  ApiKeyPolicy,
  type ApiKeyPolicyProps,
} from '../../../lib/constructs/policies/api-key';
import { ApiKeys } from '../../../lib/constructs/policies/api-keys';
import { CredentialLocation } from '../../../lib/constructs/policies/credential-location';
import { SecretReference } from '../../../lib/constructs/secret-reference';
import { chart, gateway, service, spec, synthesized } from '../trees';

const keys = ApiKeys.fromSecret(SecretReference.fromSecretName('keys'));

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  route.addRule(service(scope));
  return { scope, edge, route };
}

function authentication(props: Partial<ApiKeyPolicyProps>): unknown {
  const { scope, route } = tree();
  new ApiKeyPolicy(scope, 'Keys', { target: route, keys, ...props });
  return (spec(scope, 'AgentgatewayPolicy') as { traffic: Record<string, unknown> }).traffic
    .apiKeyAuthentication;
}

describe('an ApiKeyPolicy', () => {
  it('on a Gateway is strict, and nothing below replaces it', () => {
    const { scope, edge } = tree();
    const secret = new kplus.Secret(scope, 'Team', { stringData: { alice: 'FAKE-KEY' } });
    new ApiKeyPolicy(scope, 'Keys', { target: edge, keys: ApiKeys.fromSecret(secret) });
    expect(synthesized(scope, 'AgentgatewayPolicy')).toEqual([
      {
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayPolicy',
        metadata: { name: 'test-keys' },
        spec: {
          targetRefs: [
            { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'test-gateway' },
          ],
          strategy: { inheritance: 'Override' },
          traffic: { apiKeyAuthentication: { mode: 'Strict', secretRef: { name: 'test-team' } } },
        },
      },
    ]);
  });

  it('on a route is strict as well', () => {
    const { scope, route } = tree();
    new ApiKeyPolicy(scope, 'Keys', { target: route, keys });
    expect(spec(scope, 'AgentgatewayPolicy')).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'test-route' }],
      traffic: { apiKeyAuthentication: { mode: 'Strict', secretRef: { name: 'keys' } } },
    });
  });

  it.each([
    [keys, { secretRef: { name: 'keys' } }],
    [
      ApiKeys.fromSecrets({ labels: { app: 'shop' } }),
      { secretSelector: { matchLabels: { app: 'shop' } } },
    ],
    [
      ApiKeys.fromConfigMaps({ labels: { app: 'shop' } }),
      { configMapSelector: { matchLabels: { app: 'shop' } } },
    ],
  ])('takes keys from %o', (source, expected) => {
    expect(authentication({ keys: source })).toEqual({ mode: 'Strict', ...expected });
  });

  it.each([
    [CredentialLocation.header('x-api-key'), { header: { name: 'x-api-key' } }],
    [
      CredentialLocation.header('authorization', { prefix: 'Key ' }),
      { header: { name: 'authorization', prefix: 'Key ' } },
    ],
    [CredentialLocation.queryParameter('key'), { queryParameter: { name: 'key' } }],
    [CredentialLocation.cookie('key'), { cookie: { name: 'key' } }],
    [
      CredentialLocation.expression('request.headers["x-api-key"]'),
      { expression: 'request.headers["x-api-key"]' },
    ],
  ])('looks for them in %o', (location, expected) => {
    expect(authentication({ location })).toMatchObject({ location: expected });
  });

  it.each(Object.values(ApiKeyMode))('writes mode %s out', (mode) => {
    expect(authentication({ mode })).toMatchObject({ mode });
  });

  it('tells the entries of a Secret to whoever translates it', () => {
    const { scope, route } = tree();
    const secret = SecretReference.fromSecretName('keys', { namespace: 'default' });
    new ApiKeyPolicy(scope, 'Keys', {
      metadata: { annotations: { team: 'a' } },
      target: route,
      keys: ApiKeys.fromSecret(secret, { entries: ['alice', 'bob'] }),
    });
    expect(synthesized(scope, 'AgentgatewayPolicy')[0].metadata).toMatchObject({
      annotations: { team: 'a', 'cdk8s-agentgateway/entries': 'alice,bob' },
    });
  });

  it('below a Gateway policy would not apply: both are named, and the ways out', () => {
    const { scope, edge, route } = tree();
    new ApiKeyPolicy(scope, 'Edge', { target: edge, keys });
    new ApiKeyPolicy(scope, 'Weaker', { target: route, keys, mode: ApiKeyMode.OPTIONAL });
    expect(() => scope.toJson()).toThrow(
      '[test/Weaker] sets traffic.apiKeyAuthentication (PostRouting) on HTTPRoute `default/test-route`, but it would never apply, since test/Edge on Gateway `default/test-gateway` lets nothing below replace it; set `overridable: true` on test/Edge, or remove that policy and attach one to each route',
    );
  });

  it('replaces an overridable one', () => {
    const { scope, edge, route } = tree();
    new ApiKeyPolicy(scope, 'Edge', { target: edge, keys, overridable: true });
    new ApiKeyPolicy(scope, 'Own', { target: route, keys });
    for (const policy of synthesized(scope, 'AgentgatewayPolicy'))
      expect(policy.spec).not.toHaveProperty('strategy');
  });

  it('on a listener is not replaced either', () => {
    const { scope, edge, route } = tree();
    new ApiKeyPolicy(scope, 'Listener', { target: edge.listener('http'), keys });
    new ApiKeyPolicy(scope, 'Own', { target: route, keys });
    expect(() => scope.toJson()).toThrow('set `overridable: true` on test/Listener');
  });

  it('reads Secrets of its own namespace only', () => {
    const scope = chart({ namespace: 'shop' });
    const edge = gateway(scope, { metadata: { namespace: 'infra' } });
    const secret = new kplus.Secret(scope, 'Team');
    const build = () =>
      new ApiKeyPolicy(scope, 'Keys', { target: edge, keys: ApiKeys.fromSecret(secret) });
    expect(build).toThrow(
      "Secret `test-team` is in namespace `shop`, but ApiKeyPolicy test/Keys reads Secrets of its own namespace `infra` only; create the Secret there, for example with metadata: { namespace: 'infra' }",
    );
  });

  it.each([
    [
      () => {
        const { scope, route } = tree();
        new ApiKeyPolicy(scope, 'Keys', { target: route, keys, overridable: true });
      },
      'ApiKeyPolicy test/Keys has `overridable`, which concerns policies on a Gateway or a listener',
    ],
    [
      () =>
        ApiKeys.fromSecret(new ApiObject(chart(), 'C', { apiVersion: 'v1', kind: 'ConfigMap' })),
      'the source of API keys must be a Secret, got ConfigMap `test-c`',
    ],
    [
      () => ApiKeys.fromSecrets({ labels: {} }),
      'would take every object of the namespace for keys',
    ],
    [
      () => ApiKeys.fromSecret(SecretReference.fromSecretName('keys'), { entries: ['a-b', 'a_b'] }),
      'entries "a-b" and "a_b" of Secret `keys` would be one environment variable in standalone output; rename one',
    ],
    [
      () => ApiKeys.fromSecret(SecretReference.fromSecretName('keys'), { entries: ['a,b'] }),
      'entry "a,b" of Secret `keys` must have 1 to 253 letters',
    ],
    [() => SecretReference.fromSecretName('My Secret'), 'name of the Secret "My Secret" must be'],
    [
      () => CredentialLocation.header('x key'),
      'header of a credential "x key" is not a valid name',
    ],
    [
      () => CredentialLocation.queryParameter(''),
      'query parameter of a credential must have 1 to 256',
    ],
    [() => CredentialLocation.cookie('a b'), 'cookie of a credential "a b" is not a valid name'],
    [() => CredentialLocation.expression(' '), 'expression of a credential must have 1 to 16384'],
  ])('refuses what would let nobody in, or everybody: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
