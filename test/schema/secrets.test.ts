import { describe, expect, it } from 'vitest';
import { validate } from '../../lib/schema/validate';
import { validateStandalone } from '../../lib/schema/validate-standalone';

const SECRET = 'obviously-fake-secret';

/** Values that lead to every kind of finding. */
const WRONG: readonly unknown[] = [SECRET, [SECRET], { x: SECRET }, `${SECRET}\u0000 ${SECRET}`];

describe('no secret stands in a message', () => {
  it.each(['key', 'keyHash', 'metadata'])('of an API key in a standalone file: %s', (field) => {
    for (const wrong of WRONG) {
      const keys = [{ [field]: wrong }, { key: SECRET, keyHash: wrong }, wrong];
      const findings = validateStandalone({ gateways: { a: { port: 1, apiKey: { keys } } } });
      expect(findings).not.toEqual([]);
      expect(JSON.stringify(findings)).not.toContain(SECRET);
    }
  });

  it('of headers, bodies and credentials in a standalone file', () => {
    for (const wrong of WRONG) {
      const policies = {
        requestHeaderModifier: { set: { authorization: wrong } },
        directResponse: { status: 0, body: wrong },
        backendAuth: { key: wrong },
        basicAuth: { htpasswd: wrong },
        apiKey: wrong,
        unheardOf: wrong,
      };
      const matches = [{ headers: [{ name: 'a', value: { exact: wrong, regex: wrong } }] }];
      const findings = validateStandalone({ routes: [{ policies, matches }] });
      expect(findings.length).toBeGreaterThan(3);
      expect(JSON.stringify(findings)).not.toContain(SECRET);
    }
  });

  it('of a policy or a route', () => {
    for (const wrong of WRONG) {
      const headers = { set: [{ name: 'Authorization', value: wrong }, wrong] };
      const policy = validate({
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayPolicy',
        metadata: { name: 'a', annotations: { a: wrong } },
        spec: {
          traffic: {
            apiKeyAuthentication: { secretRef: wrong, key: wrong, keys: [wrong] },
            headerModifiers: { request: headers },
            directResponse: { body: wrong },
          },
        },
      });
      const route = validate({
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'a' },
        spec: {
          rules: [
            {
              filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: headers }],
              matches: [{ headers: [{ name: 'Authorization', value: wrong, type: 'exact' }] }],
            },
          ],
        },
      });
      expect(policy.length).toBeGreaterThan(3);
      expect(route).not.toEqual([]);
      expect(JSON.stringify([policy, route])).not.toContain(SECRET);
    }
  });

  it('of a backend or a model', () => {
    for (const wrong of WRONG) {
      const auth = { key: wrong, secretRef: wrong, keys: [wrong], location: { header: wrong } };
      const guard = { openAIModeration: { policies: { auth: { key: wrong } } } };
      const headers = { request: { set: [{ name: 'Authorization', value: wrong }, wrong] } };
      const backend = validate({
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayBackend',
        metadata: { name: 'a' },
        spec: {
          static: { host: 'a', port: 1 },
          policies: {
            auth,
            ai: { promptGuard: { request: [guard] } },
            tunnel: { url: wrong, proxy: wrong },
          },
        },
      });
      const model = validate({
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayModel',
        metadata: { name: 'a' },
        spec: { parentRefs: [], provider: 'OpenAI', policies: { auth, headers } },
      });
      expect(backend.length).toBeGreaterThan(3);
      expect(model.length).toBeGreaterThan(2);
      expect(JSON.stringify([backend, model])).not.toContain(SECRET);
    }
  });

  it('of a Secret, which is not even read', () => {
    expect(validate({ apiVersion: 'v1', kind: 'Secret', data: { key: SECRET } })).toEqual([]);
  });
});
