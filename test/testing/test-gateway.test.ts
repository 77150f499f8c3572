import { Chart, Testing } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { ApiKeyPolicy, ApiKeys, Backend, Gateway, HttpRoute, Listener } from '../../lib';
import { TestGateway } from '../../lib/testing';
import { testCertificate } from '../support/certificate';

const HTTPBIN = {
  'httpbin.tools:8000': () => ({ body: 'hello', headers: { 'x-from': 'httpbin' } }),
};

/** A gateway that demands a key of a Secret that only the cluster has. */
function chart(): Chart {
  const chart = new Chart(Testing.app(), 'test', { namespace: 'tools' });
  const gateway = new Gateway(chart, 'Gateway', { listeners: [Listener.http({ port: 80 })] });
  const route = new HttpRoute(chart, 'Route', { gateway });
  route.addRule(Backend.fromServiceName(chart, 'Httpbin', 'httpbin', { port: 8000 }));
  new ApiKeyPolicy(chart, 'Keys', {
    target: gateway,
    keys: ApiKeys.fromSecret(Secret.fromSecretName(chart, 'Secret', 'keys'), {
      entries: ['alice'],
    }),
  });
  return chart;
}

const WITH_KEY = { url: 'http://a.test/x', headers: { authorization: 'Bearer demo-key' } };

describe('a test gateway', () => {
  it('runs a chart, with test values for keys that the cluster keeps', async () => {
    const gateway = TestGateway.fromChart(chart(), {
      upstreams: HTTPBIN,
      variables: { KEYS_ALICE: 'demo-key' },
    });
    expect((await gateway.request({ url: 'http://a.test/x' })).status).toBe(401);
    const answer = await gateway.request(WITH_KEY);
    expect([answer.status, answer.text, answer.headers['x-from']]).toEqual([
      200,
      'hello',
      'httpbin',
    ]);
    expect(
      gateway.forwarded.map(({ method, path, headers }) => [method, path, headers.authorization]),
    ).toEqual([['GET', '/x', undefined]]);
    expect(gateway.logLines).toHaveLength(2);
  });

  it('says which variables a test must give', () => {
    expect(() => TestGateway.fromChart(chart())).toThrow(
      /give values for these `variables`: KEYS_ALICE/,
    );
  });

  it('refuses connections to upstreams that the test does not have', async () => {
    const gateway = TestGateway.fromChart(chart(), { variables: { KEYS_ALICE: 'demo-key' } });
    const answer = await gateway.request(WITH_KEY);
    expect([answer.status, answer.text]).toEqual([503, 'upstream call failed: connection refused']);
  });

  it('refuses a configuration with errors, and lists them', () => {
    const text = 'binds: [{port: 80, listeners: [{routes: [{backnds: []}]}]}]';
    expect(() => TestGateway.fromStandalone(text)).toThrow(
      /UnknownField[^\n]*binds\[0\]\.listeners\[0\]\.routes\[0\]\.backnds/,
    );
  });

  it('asks for one Gateway where there are several, or none', () => {
    expect(() => TestGateway.fromObjects([])).toThrow(/there are: none/);
  });

  it('passes bodies through, and warnings on', async () => {
    const text = `
binds:
- port: 80
  listeners:
  - routes:
    - policies: {apiKey: {keys: [{key: demo-key}]}}
      backends: [{host: echo.test:80}]`;
    const gateway = TestGateway.fromStandalone(text, {
      upstreams: {
        'echo.test:80': ({ method, body }) => ({ status: 201, body: `${method} ${body}` }),
      },
    });
    const answer = await gateway.request({ method: 'POST', url: 'http://a.test/', body: 'ümlaut' });
    expect([answer.status, answer.text]).toEqual([201, 'POST ümlaut']);
    expect(gateway.warnings.map(({ severity, path }) => [severity, path])).toEqual([
      ['warning', expect.stringContaining('apiKey')],
    ]);
  });

  it('has the certificates that the objects hold, and reads no others', async () => {
    const objects = (authority: string) => [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'edge', namespace: 'tools' },
        spec: {
          gatewayClassName: 'agentgateway',
          listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
        },
      },
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'all', namespace: 'tools' },
        spec: {
          parentRefs: [{ name: 'edge' }],
          rules: [{ backendRefs: [{ name: 'httpbin', port: 8000 }] }],
        },
      },
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'BackendTLSPolicy',
        metadata: { name: 'httpbin', namespace: 'tools' },
        spec: {
          targetRefs: [{ group: '', kind: 'Service', name: 'httpbin' }],
          validation: {
            hostname: 'httpbin.test',
            caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: authority }],
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'authority', namespace: 'tools' },
        data: { 'ca.crt': testCertificate('authority.test').cert },
      },
    ];
    const gateway = TestGateway.fromObjects(objects('authority'), { upstreams: HTTPBIN });
    expect((await gateway.request({ url: 'http://a.test/' })).status).toBe(200);
    expect(() => TestGateway.fromObjects(objects('another'))).toThrow(
      'the file "ca/configmap.tools.another.crt" cannot be read',
    );
  });
});
