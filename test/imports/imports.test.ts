import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { AgentgatewayPolicy } from '../../imports/agentgateway.dev';
import {
  Gateway,
  HTTPRoute,
  ReferenceGrant,
  ReferenceGrantV1Beta1,
} from '../../imports/gateway.networking.k8s.io';
import { importFiles } from '../../scripts/imports';

describe('imports', () => {
  it.each([...importFiles()])('%s is what the statement gives', (name, text) => {
    expect(readFileSync(join(__dirname, '..', '..', 'imports', name), 'utf8')).toBe(text);
  });

  it('write objects of their kind, under the name that cdk8s gives', () => {
    const chart = Testing.chart();
    new HTTPRoute(chart, 'Route', {
      metadata: { labels: { app: 'shop' } },
      spec: { rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
    });
    new Gateway(chart, 'Edge', {
      metadata: { name: 'edge' },
      spec: {
        gatewayClassName: 'agentgateway',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    });
    expect(Testing.synth(chart)).toEqual([
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { labels: { app: 'shop' }, name: expect.stringMatching(/^test-route-/) },
        spec: { rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
      },
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'edge' },
        spec: {
          gatewayClassName: 'agentgateway',
          listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
        },
      },
    ]);
  });

  it('keep fields that they do not know, and patches of them', () => {
    const chart = Testing.chart();
    const policy = new AgentgatewayPolicy(chart, 'Policy', {
      spec: { traffic: { extAuth: { grpc: {} } }, ...{ fieldOfTomorrow: 1 } },
    });
    ApiObject.of(policy).addJsonPatch(
      JsonPatch.add('/spec/traffic/extAuth/newField', { deep: true }),
    );
    expect(Testing.synth(chart)[0].spec).toEqual({
      fieldOfTomorrow: 1,
      traffic: { extAuth: { grpc: {}, newField: { deep: true } } },
    });
  });

  it('know both versions of a ReferenceGrant', () => {
    expect(ReferenceGrant.GVK.apiVersion).toBe('gateway.networking.k8s.io/v1');
    expect(ReferenceGrantV1Beta1.GVK.apiVersion).toBe('gateway.networking.k8s.io/v1beta1');
  });
});
