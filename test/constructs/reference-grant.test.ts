import { ApiObject } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  ReferenceGrant,
  ReferenceGrantFrom,
  ReferenceGrantTo,
} from '../../lib/constructs/reference-grant';
import { SecretReference } from '../../lib/constructs/secret-reference';
import { chart, synthesized } from './trees';

describe('a ReferenceGrant', () => {
  it('stands in the namespace of what it opens', () => {
    const scope = chart({ namespace: 'shop' });
    const stock = new ApiObject(scope, 'Stock', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'warehouse' },
    });
    new ReferenceGrant(scope, 'Grant', {
      from: [ReferenceGrantFrom.httpRoutes('shop'), ReferenceGrantFrom.gateways('infra')],
      to: [ReferenceGrantTo.resource(stock), ReferenceGrantTo.backends()],
    });
    expect(synthesized(scope, 'ReferenceGrant')).toEqual([
      {
        apiVersion: 'gateway.networking.k8s.io/v1beta1',
        kind: 'ReferenceGrant',
        metadata: { name: 'test-grant', namespace: 'warehouse' },
        spec: {
          from: [
            { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' },
            { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra' },
          ],
          to: [
            { group: '', kind: 'Service', name: 'test-stock' },
            { group: 'agentgateway.dev', kind: 'AgentgatewayBackend' },
          ],
        },
      },
    ]);
  });

  const secret = (namespace: string) =>
    ReferenceGrantTo.resource(SecretReference.fromSecretName('s', { namespace }));
  const from = [ReferenceGrantFrom.httpRoutes('shop')];
  it.each([
    [
      () => new ReferenceGrant(chart(), 'G', { from, to: [secret('a'), secret('b')] }),
      'ReferenceGrant test/G opens objects in several namespaces (a, b); write one grant for each',
    ],
    [
      () =>
        new ReferenceGrant(chart(), 'G', {
          metadata: { namespace: 'c' },
          from,
          to: [secret('a')],
        }),
      'ReferenceGrant test/G is in namespace `c`, but what it opens is in `a`; leave metadata.namespace out',
    ],
    [
      () => new ReferenceGrant(chart(), 'G', { from: [], to: [secret('a')] }),
      '`from` of ReferenceGrant test/G must have 1 to 16 entries, got 0',
    ],
    [
      () => ReferenceGrantFrom.resource(SecretReference.fromSecretName('s')),
      'the namespace of Secret `s` is not known',
    ],
  ])('refuses what opens nothing: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
