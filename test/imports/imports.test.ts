import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import * as agentgateway from '../../imports/agentgateway.dev';
import * as gatewayApi from '../../imports/gateway.networking.k8s.io';
import { KINDS } from '../../lib/schema/kinds';
import { importFiles } from '../../scripts/imports';

const { AgentgatewayPolicy } = agentgateway;
const { Gateway, HTTPRoute, ReferenceGrantV1Beta1 } = gatewayApi;

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

  it('have a class for every version that is served', () => {
    const classes: Readonly<Record<string, unknown>> = { ...agentgateway, ...gatewayApi };
    const known = Object.values(classes).map((type) => (type as typeof HTTPRoute).GVK);
    const served = KINDS.flatMap(({ group, kind, versions }) =>
      versions.map((version) => ({ apiVersion: `${group}/${version}`, kind })),
    );
    expect(known).toHaveLength(served.length);
    expect(known).toEqual(expect.arrayContaining(served));
    expect(ReferenceGrantV1Beta1.GVK.apiVersion).toBe('gateway.networking.k8s.io/v1beta1');
  });

  it('state a type once, however many fields are of it', () => {
    for (const text of importFiles().values()) {
      const names = [...text.matchAll(/^export (?:interface|class) ([A-Za-z0-9]+)/gm)].map(
        ([, name]) => name,
      );
      expect(names.length).toBeGreaterThan(50);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('mark what is deprecated, and what only the experimental channel has', () => {
    const files = importFiles();
    expect(files.get('agentgateway.dev.ts')).toMatch(/@deprecated [^\n]+/);
    expect(files.get('gateway.networking.k8s.io.ts')).toMatch(
      /Experimental channel only\.[^;]*\n {2}readonly sessionPersistence\?/,
    );
  });
});
