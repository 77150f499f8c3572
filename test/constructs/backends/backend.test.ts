import { ApiObject, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { Backend } from '../../../lib/constructs/backends/backend';
import { chart, synthesized } from '../trees';

describe('a Backend', () => {
  it('writes a spec that has no class of its own', () => {
    const scope = chart({ namespace: 'llm' });
    const backend = new Backend(scope, 'Proxy', { spec: { dynamicForwardProxy: {} } });
    ApiObject.of(backend).addJsonPatch(JsonPatch.add('/spec/policies', { tcp: {} }));
    expect(synthesized(scope, 'AgentgatewayBackend')).toEqual([
      {
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayBackend',
        metadata: { name: 'test-proxy', namespace: 'llm' },
        spec: { dynamicForwardProxy: {}, policies: { tcp: {} } },
      },
    ]);
    expect(backend.toBackendRefConfig()).toEqual({
      group: 'agentgateway.dev',
      kind: 'AgentgatewayBackend',
      name: 'test-proxy',
      namespace: 'llm',
    });
  });

  const scope = chart({ namespace: 'shop' });
  it.each([
    ['cdk8s-plus', new kplus.Service(scope, 'Plus', { ports: [{ port: 80 }] }), 'test-plus'],
    ['ApiObject', new ApiObject(scope, 'Raw', { apiVersion: 'v1', kind: 'Service' }), 'test-raw'],
  ])('is a Service of %s, in the group that references call ""', (_, service, name) => {
    expect(Backend.fromService(service, { port: 80 }).toBackendRefConfig()).toEqual({
      group: '',
      kind: 'Service',
      name,
      namespace: 'shop',
      port: 80,
    });
  });

  it('of others is not synthesized', () => {
    const elsewhere = chart({ namespace: 'shop' });
    const stock = Backend.fromServiceName(elsewhere, 'Stock', 'stock', { port: 8080 });
    const model = Backend.fromBackendName(elsewhere, 'Model', 'gpt', { namespace: 'llm' });
    expect(stock.toBackendRefConfig()).toMatchObject({ name: 'stock', namespace: 'shop' });
    expect(model.toBackendRefConfig()).toEqual({
      group: 'agentgateway.dev',
      kind: 'AgentgatewayBackend',
      name: 'gpt',
      namespace: 'llm',
    });
    expect(elsewhere.toJson()).toEqual([]);
  });

  it('is refused where it is no Service, or no port', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', name: 's' };
    expect(() => Backend.fromService(secret, { port: 80 })).toThrow(
      'Backend.fromService takes a Service, got Secret `s`',
    );
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'k' };
    expect(() => Backend.fromService(knative, { port: 80 })).toThrow('got Service `k`');
    const plain = { apiVersion: 'v1', kind: 'Service', name: 's' };
    expect(() => Backend.fromService(plain, { port: 80.5 })).toThrow(
      'port of Service `s` must be a whole number from 1 to 65535, got 80.5',
    );
  });
});
