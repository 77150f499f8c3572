import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../lib/schema/validate';
import { GOLDENS, golden, objectWith } from './verdict';

function completed(apiVersion: string, kind: string, spec: unknown): unknown {
  const object = withDefaults({ apiVersion, kind, metadata: { name: 'a' }, spec });
  return (object as { spec: unknown }).spec;
}

describe('withDefaults', () => {
  it('writes out what an HTTPRoute leaves out', () => {
    const spec = {
      parentRefs: [{ name: 'edge', namespace: null }],
      rules: [
        {
          backendRefs: [{ name: 'api', port: 80 }],
          filters: [
            { type: 'RequestRedirect', requestRedirect: {} },
            {
              type: 'RequestMirror',
              requestMirror: { backendRef: { name: 'b', port: 1 }, fraction: { numerator: 1 } },
            },
            { type: 'CORS', cors: {} },
          ],
        },
        { matches: [{ path: { value: '/a' }, headers: [{ name: 'a', value: 'b' }] }, {}] },
      ],
    };
    expect(completed('gateway.networking.k8s.io/v1', 'HTTPRoute', spec)).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 'api', port: 80, weight: 1 }],
          filters: [
            { type: 'RequestRedirect', requestRedirect: { statusCode: 302 } },
            {
              type: 'RequestMirror',
              requestMirror: {
                backendRef: { group: '', kind: 'Service', name: 'b', port: 1 },
                fraction: { numerator: 1, denominator: 100 },
              },
            },
            { type: 'CORS', cors: { maxAge: 5 } },
          ],
        },
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/a' },
              headers: [{ type: 'Exact', name: 'a', value: 'b' }],
            },
            { path: { type: 'PathPrefix', value: '/' } },
          ],
        },
      ],
    });
  });

  it('gives a route without rules one that meets everything', () => {
    expect(completed('gateway.networking.k8s.io/v1', 'HTTPRoute', {})).toEqual({
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
  });

  it('writes out what a Gateway leaves out', () => {
    const spec = {
      gatewayClassName: 'agentgateway',
      listeners: [
        { name: 'a', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } },
        {
          name: 'b',
          port: 80,
          protocol: 'HTTP',
          allowedRoutes: { kinds: [{ kind: 'HTTPRoute' }] },
        },
      ],
      allowedListeners: {},
    };
    expect(completed('gateway.networking.k8s.io/v1', 'Gateway', spec)).toEqual({
      gatewayClassName: 'agentgateway',
      listeners: [
        {
          name: 'a',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'c' }] },
          allowedRoutes: { namespaces: { from: 'Same' } },
        },
        {
          name: 'b',
          port: 80,
          protocol: 'HTTP',
          allowedRoutes: {
            kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
            namespaces: { from: 'Same' },
          },
        },
      ],
      allowedListeners: { namespaces: { from: 'None' } },
    });
  });

  it('writes out the mode of an API key policy, and nothing into a policy of another kind', () => {
    const traffic = { apiKeyAuthentication: { secretRef: { name: 'a' } }, extAuth: { grpc: {} } };
    expect(completed('agentgateway.dev/v1alpha1', 'AgentgatewayPolicy', { traffic })).toEqual({
      traffic: {
        apiKeyAuthentication: { mode: 'Strict', secretRef: { name: 'a' } },
        extAuth: { grpc: {} },
      },
    });
  });

  it('keeps what it does not know, nulls included, and what is wrong', () => {
    const spec = { unheardOf: { deep: [null, { x: null }] }, rules: 'none', parentRefs: [3, null] };
    expect(completed('gateway.networking.k8s.io/v1', 'HTTPRoute', spec)).toEqual(spec);
  });

  it.each(GOLDENS)('changes nothing of its input and nothing twice: %s', (name) => {
    const file = golden(name);
    for (const { spec } of file.cases) {
      const object = objectWith(file, spec);
      const before = structuredClone(object);
      const once = withDefaults(object);
      expect(object).toEqual(before);
      expect(withDefaults(once)).toEqual(once);
    }
  });

  it('copies objects of other kinds as they are', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: null, data: { a: 'b' } };
    const copy = withDefaults(secret) as typeof secret;
    expect(copy).toEqual(secret);
    expect(copy.data).not.toBe(secret.data);
  });
});
