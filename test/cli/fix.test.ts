import { describe, expect, it } from 'vitest';
import { fixText } from '../../lib/cli/fix';

function fixed(text: string, environment: Readonly<Record<string, string>> = {}): string {
  const variables = (name: string) => environment[name];
  return fixText(text, { source: 'a.yaml', variables }).text;
}

/** Both texts share everything but what stands in for `…`. */
function within(frame: string, before: string, after: string): readonly [string, string] {
  return [frame.replace('…', () => before), frame.replace('…', () => after)];
}

const POLICY = `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: keys}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
…`;

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: orders}
spec:
…`;

const KEYS = '    apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}\n';

describe('what is certain is repaired, and nothing else is touched', () => {
  it.each([
    [
      'a misspelt key',
      POLICY,
      '  trafic:   # why\n    cors: {allowOrigins: ["*"]}\n',
      '  traffic:   # why\n    cors: {allowOrigins: ["*"]}\n',
    ],
    [
      'a key in quotes',
      POLICY,
      '  "trafic":\n    cors: {allowOrigins: ["*"]}\n',
      '  "traffic":\n    cors: {allowOrigins: ["*"]}\n',
    ],
    [
      'a key with underscores',
      POLICY,
      '  traffic: {api_key_authentication: {mode: Strict, secretRef: {name: keys}}}\n',
      '  traffic: {apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}}\n',
    ],
    [
      'a misspelt key with misspelt keys below',
      POLICY,
      "  traffic: {apiKeyAuthentcation: {mode: 'strict', secretref: {nam: keys}}}\n",
      "  traffic: {apiKeyAuthentication: {mode: 'Strict', secretRef: {name: keys}}}\n",
    ],
    [
      'the kind and the group of a target',
      `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: keys}
spec:
  targetRefs:
…
  traffic: {cors: {allowOrigins: ["*"]}}
`,
      '  - {group: gateway.networking.k8s.io, kind: HttpRoute, name: a}\n  - {group: networking.k8s.io, kind: HTTPRoute, name: b}',
      '  - {group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}\n  - {group: gateway.networking.k8s.io, kind: HTTPRoute, name: b}',
    ],
    [
      'a value that is near to one',
      POLICY,
      '  traffic: {apiKeyAuthentication: {mode: "Stict", secretRef: {name: keys}}}\n',
      '  traffic: {apiKeyAuthentication: {mode: "Strict", secretRef: {name: keys}}}\n',
    ],
    [
      'a number in quotes',
      ROUTE,
      '  rules: [{backendRefs: [{name: a, port: "80"}]}]\n',
      '  rules: [{backendRefs: [{name: a, port: 80}]}]\n',
    ],
    [
      'a name that is read as a number',
      ROUTE,
      '  rules: [{name: 1.10, backendRefs: [{name: a, port: 80}]}]\n',
      '  rules: [{name: "1.10", backendRefs: [{name: a, port: 80}]}]\n',
    ],
    [
      'true in quotes',
      POLICY,
      "  traffic: {cors: {allowOrigins: ['*'], allowCredentials: 'true'}}\n",
      "  traffic: {cors: {allowOrigins: ['*'], allowCredentials: true}}\n",
    ],
    [
      'a policy one level too high',
      POLICY,
      `  apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}\n`,
      `  traffic:\n${KEYS}`,
    ],
    [
      'a policy beside the level that it belongs in',
      POLICY,
      `  traffic:\n    cors:\n      allowOrigins: ["*"]\n  # for partners\n  apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}\n`,
      `  traffic:\n    cors:\n      allowOrigins: ["*"]\n    # for partners\n${KEYS}`,
    ],
    [
      'a policy above the level that it belongs in',
      POLICY,
      `  apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}\n  traffic:\n    cors:\n      allowOrigins: ["*"]\n`,
      `  traffic:\n    cors:\n      allowOrigins: ["*"]\n${KEYS}`,
    ],
    [
      'a policy above a level that is empty',
      POLICY,
      `  apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}\n  traffic:\n`,
      `  traffic:\n${KEYS}`,
    ],
    [
      'the first field of an entry, in the wrong one',
      ROUTE,
      '  rules:\n  - backendRefs:\n    - matches: [{path: {value: /}}]\n      name: a\n      port: 80\n',
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n    matches: [{path: {value: /}}]\n',
    ],
    [
      'a list of hosts that slid into the rules',
      ROUTE,
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n    hostnames:\n    - a.example.com\n',
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n  hostnames:\n  - a.example.com\n',
    ],
    [
      'a line that is indented too little',
      ROUTE,
      '  rules:\n  - backendRefs:\n    - name: a\n     port: 80\n',
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n',
    ],
    [
      'tabs',
      ROUTE,
      '\trules:\n\t- backendRefs:\n\t\t- name: a\n\t\t  port: 80\n',
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n',
    ],
  ])('%s', (_, frame, before, after) => {
    const [faulty, right] = within(frame, before, after);
    expect(fixed(faulty)).toBe(right);
    const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    expect(fixed(windows(faulty))).toBe(windows(right));
    expect(fixed(faulty.trimEnd())).toBe(right.trimEnd());
    const beside = 'a:   &x [ 1,2 ]  # kept\nb: *x\n---\n';
    expect(fixed(beside + faulty)).toBe(beside + right);
  });

  it('the entries of a List', () => {
    const list = (port: string) =>
      `apiVersion: v1\nkind: List\nitems:\n- ${ROUTE.trimEnd().replaceAll('\n', '\n  ')}`.replace(
        '…',
        `  rules: [{backendRefs: [{name: a, port: ${port}}]}]`,
      );
    expect(fixed(list('"80"'))).toBe(list('80'));
  });

  it('JSON', () => {
    const json = (mode: string, key: string) =>
      `{\n "apiVersion": "agentgateway.dev/v1alpha1", "kind": "AgentgatewayPolicy",\n "metadata": {"name": "a"},\n "spec": {"targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "edge"}],\n  "${key}": {"apiKeyAuthentication": {"mode": "${mode}", "secretRef": {"name": "a"}}}}\n}`;
    expect(fixed(json('strict', 'trafic'))).toBe(json('Strict', 'traffic'));
  });

  it('the indentation of a standalone file that variables stand in', () => {
    const file = (indent: string) =>
      `binds:\n- port: 3000\n  listeners:\n  - hostname: $HOST # $$\n    routes:\n    - backends:\n${indent}- host: "$UPSTREAM:80"\n        # the share\n        weight: 2\n`;
    const environment = { HOST: 'a.example.com', UPSTREAM: 'b.example.com' };
    expect(fixed(file('     '), environment)).toBe(file('      '));
  });

  it('a line of a standalone file where a field has several forms', () => {
    const file = (indent: string) =>
      `binds:\n- port: 3000\n  listeners:\n  - routes:\n    - policies:\n        jwtAuth:\n          mode: strict\n${indent}issuer: https://id.example.com\n          audiences: [models]\n          jwks: {url: "https://id.example.com/keys"}\n      backends:\n      - ai:\n          name: models\n          provider: {openAI: {}}\n`;
    expect(fixed(file(' '.repeat(9)))).toBe(file(' '.repeat(10)));
  });

  it('a short key that has lost a letter, without touching its secret', () => {
    const file = (key: string) =>
      `binds:\n- port: 3000\n  listeners:\n  - routes:\n    - backends:\n      - host: a.example.com:80\n        policies: {backendAuth: {${key}: 'demo-not-a-key'}}\n`;
    expect(fixed(file('ky'))).toBe(file('key'));
  });

  it('a standalone file around its variables', () => {
    const file = (key: string, port: string) =>
      `binds:\n- ${key}: ${port}\n  listeners:\n  - hostname: $HOST # $$\n    routes:\n    - backends: [{host: "$UPSTREAM:80"}]\n`;
    const environment = { HOST: 'a.example.com', UPSTREAM: 'b.example.com' };
    expect(fixed(file('post', '"3000"'), environment)).toBe(file('port', '3000'));
  });
});

describe('what is not certain stays', () => {
  it.each([
    ['a key with two neighbours', POLICY, '  traffic: {authentication: {}}\n'],
    ['a key whose neighbour is there', POLICY, `  trafic: {}\n  traffic:\n${KEYS}`],
    [
      'a value that is near to none',
      POLICY,
      '  traffic: {apiKeyAuthentication: {mode: Sometimes, secretRef: {name: keys}}}\n',
    ],
    [
      'a field that is in its place already',
      POLICY,
      `  apiKeyAuthentication: {mode: Strict, secretRef: {name: other}}\n  traffic:\n${KEYS}`,
    ],
    [
      'a field for which there are two entries',
      ROUTE,
      '  matches: [{path: {value: /}}]\n  rules:\n  - backendRefs: [{name: a, port: 80}]\n  - backendRefs: [{name: b, port: 80}]\n',
    ],
    ['a number that is none', ROUTE, '  rules: [{backendRefs: [{name: a, port: "80a"}]}]\n'],
    ['a number out of bounds', ROUTE, '  rules: [{backendRefs: [{name: a, port: "80000"}]}]\n'],
    [
      'a value that an anchor shares',
      ROUTE,
      '  rules: [{backendRefs: [&a {name: a, port: "80"}, *a]}]\n',
    ],
    [
      'a line that fits in two places',
      ROUTE,
      '  rules:\n  - backendRefs:\n    - name: a\n      port: 80\n     filters: []\n',
    ],
    [
      'two keys that mean the same',
      ROUTE,
      '  rules:\n  - backendRefs:\n    - name: a\n      prot: 80\n      ports: 80\n',
    ],
    ['brackets that do not close', ROUTE, '  rules: [{backendRefs: [{name: a, port: 80}]\n'],
  ])('%s', (_, frame, given) => {
    const text = frame.replace('…', given);
    expect(fixed(text)).toBe(text);
  });

  it('a value that comes from a variable', () => {
    const text = 'binds:\n- port: "$PORT"\n  listeners: []\n';
    expect(fixed(text, { PORT: '3000' })).toBe(text);
  });

  it('what is nobody’s business here', () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {nam: a}\nstringDat: {}\n';
    expect(fixed(text)).toBe(text);
    const envoys =
      'apiVersion: gateway.kgateway.dev/v1alpha1\nkind: TrafficPolicy\nspec: {rbac: {}}\n';
    expect(fixed(envoys)).toBe(envoys);
  });
});

describe('a file with very many faults', () => {
  const rule = '  - backendRefs: [{name: a, prot: "80", wieght: 3}]\n';

  it('is repaired in a time that grows with it', () => {
    const object = `${ROUTE.replace('…', `  rules:\n${rule.repeat(16)}`)}---\n`;
    const time = (text: string) => {
      const start = performance.now();
      expect(fixed(text)).not.toMatch(/prot:|wieght/);
      return performance.now() - start;
    };
    const few = time(object.repeat(10));
    expect(time(object.repeat(40))).toBeLessThan(16 * few);
  });

  it.each([
    [
      'unknown keys',
      `${ROUTE.replace('…', '')}${Array.from({ length: 5_000 }, (_, i) => `  key${i}: {}\n`).join('')}`,
    ],
    ['a key of a megabyte', `${ROUTE.replace('…', '')}  "${'port'.repeat(250_000)}": 1\n`],
    ['lines without indentation', ROUTE.replace('…', 'name: a\n'.repeat(20_000))],
    ['open brackets', ROUTE.replace('…', '  rules: '.concat('['.repeat(50_000)))],
  ])('%s', (_, text) => {
    expect(fixed(text)).toBe(text);
  });
});
