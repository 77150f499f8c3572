import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agw, runAgw, temporaryDirectory } from '../support/agw';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: agentgateway
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: models, namespace: shop}
spec:
  ai: {provider: {openai: {}}}
  policies: {auth: {secretRef: {name: provider}}}
---
apiVersion: v1
kind: Secret
metadata: {name: provider, namespace: shop}
stringData: {Authorization: demo-key-of-a-provider}
`;
const ROUTE = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: models
  namespace: shop
spec:
  parentRefs: [{name: edge}]
  rules:
  - backendRefs:
    - {group: agentgateway.dev, kind: AgentgatewayBackend, name: models}
`;
const MEANT = ROUTE.replace(
  'spec:',
  "  annotations: {cdk8s-agentgateway/allow-anonymous: 'a demo for $5 a day'}\nspec:",
);
/** Another kind than agentgateway knows, beside the field of another level. */
const MISTAKEN = `---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TrafficPolicy
metadata: {name: tokens, namespace: shop}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
  traffic:
    jwtAuthentication:
      mode: Strict
      providers:
      - issuer: solo.io
        jwks:
          inline: '{"keys":[{"kty":"EC","kid":"a","crv":"P-256","x":"XZHF8Em5LbpqfgewAalpSEH4Ka2I2xjcxxUt2j6-lCo","y":"g3DFz45A7EOUMgmsNXatrXw1t-PG5xsbkxUs851RxSE"}]}'
      authorization:   # only she
        policy: {matchExpressions: ['jwt.sub == "alice"']}
`;

function directory(text: string): string {
  const path = temporaryDirectory();
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'gateway.yaml'), text);
  return path;
}

/** `severity code` of the lines of a report that have a code. */
function findingsIn(report: string): string[] {
  const lines = report.matchAll(/^ *(error|warning) ([A-Z]\w+) (?:gateway\.yaml:)?(\d+:\d+)/gm);
  return [...lines].map(([, severity, code, place]) => `${place} ${severity} ${code}`).sort();
}

describe('a backend with credentials that anybody may use', () => {
  it('is an error to agw check', async () => {
    const { code, stdout } = await runAgw(['check', '.'], { cwd: directory(GATEWAY + ROUTE) });
    expect(code).toBe(1);
    expect(findingsIn(stdout)).toEqual(['29:7 error ExposedCredentials']);
  });

  it('stops no start, and is printed', async () => {
    const cwd = directory(GATEWAY + ROUTE);
    const gateway = agw(['run', 'gateway.yaml', '--port', '80:0'], { cwd });
    await gateway.port(80);
    expect(gateway.stderr).toContain(
      'warning ExposedCredentials gateway.yaml:29:7 HTTPRoute shop/models',
    );
  });

  it('stops no start of a standalone file either', async () => {
    const key = '{name: m, provider: {openAI: {}}}, policies: {backendAuth: {key: demo-key}}';
    const cwd = directory(
      `binds: [{port: 3000, listeners: [{routes: [{backends: [{ai: ${key}}]}]}]}]`,
    );
    const checked = await runAgw(['check', '.'], { cwd });
    expect([checked.code, findingsIn(checked.stdout)]).toEqual([
      1,
      [expect.stringMatching(/^1:\d+ error ExposedCredentials$/)],
    ]);
    const valid = await runAgw(['run', '--validate-only', 'gateway.yaml'], { cwd });
    expect(valid.code).toBe(0);
    expect(valid.stderr).toContain('warning ExposedCredentials');
  });

  it('is none where a route says why, here and in what it is translated to', async () => {
    const cwd = directory(GATEWAY + MEANT);
    expect((await runAgw(['check', '.'], { cwd })).stdout).toMatch(/^no findings/);
    const { stdout: text } = await runAgw(['translate', 'gateway.yaml'], { cwd });
    const translated = directory(text);
    expect((await runAgw(['check', '.'], { cwd: translated })).stdout).toMatch(/^no findings/);
    const valid = await runAgw(['run', '--validate-only', 'gateway.yaml'], { cwd: translated });
    expect([valid.code, valid.stderr]).toEqual([0, '']);
  });

  it('is none for as long as a policy is to be mended', async () => {
    const cwd = directory(GATEWAY + ROUTE + MISTAKEN);
    const { stdout } = await runAgw(['check', '.'], { cwd });
    expect(stdout).not.toContain('ExposedCredentials');
  });
});

describe('a policy of a kind that there is not, with a sample key of another issuer', () => {
  it('is told by agw check and agw run alike', async () => {
    const cwd = directory(GATEWAY + ROUTE + MISTAKEN);
    const expected = [
      expect.stringMatching(/ error UnknownKind$/),
      expect.stringMatching(/ warning WrongIssuer$/),
      expect.stringMatching(/ warning AnyAudience$/),
      expect.stringMatching(/ warning SampleKey$/),
      expect.stringMatching(/ error UnknownField$/),
    ];
    const checked = await runAgw(['check', 'gateway.yaml'], { cwd });
    expect([checked.code, findingsIn(checked.stdout)]).toEqual([1, expected]);
    const run = await runAgw(['run', 'gateway.yaml'], { cwd });
    expect([run.code, findingsIn(run.stderr)]).toEqual([1, findingsIn(checked.stdout)]);
    expect(run.stderr).toContain('everybody who is authenticated may do everything');
  });

  it('keeps what is unsafe once it is repaired', async () => {
    const cwd = directory(GATEWAY + ROUTE + MISTAKEN);
    const { code, stdout } = await runAgw(['check', '--fix', 'gateway.yaml'], { cwd });
    expect(code).toBe(0);
    expect(findingsIn(stdout).map((line) => line.split(' ')[2])).toEqual([
      'WrongIssuer',
      'AnyAudience',
      'SampleKey',
    ]);
  });
});
