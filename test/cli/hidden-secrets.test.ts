import { describe, expect, it } from 'vitest';
import { load, prepare } from '../../lib/cli/load';
import { githubReport } from '../../lib/cli/report-github';
import { jsonReport } from '../../lib/cli/report-json';
import { textReport } from '../../lib/cli/report-text';
import { formatDiagnostic } from '../../lib/diagnostic';
import { userInfoIn, withoutUserInfo } from '../../lib/schema/user-info';
import { Runtime } from '../../lib/server/runtime';
import { Metrics } from '../../lib/telemetry/metrics';
import { check } from '../support/check';

const SECRET = 'obviously-fake-secret';

/** Everything that is said of a text, in every form and at every place where somebody reads it. */
function allThatIsSaid(text: string): string {
  const reports = [true, false].flatMap((verdict) => {
    const checked = check({ 'a.yaml': text }, { verdict });
    return [textReport(checked, { colour: false }), jsonReport(checked), githubReport(checked)];
  });
  const loaded = load([{ path: 'a.yaml', text }], { variables: () => undefined });
  const prepared = prepare(loaded.gateways, {}, () => new Uint8Array());
  const compiled = new Runtime({
    address: '127.0.0.1',
    ports: new Map(),
    resolutions: [],
    writeLog: () => {},
    metrics: new Metrics('0'),
    keySetChanged: () => {},
  }).check(prepared.gateways);
  const atStart = [...loaded.diagnostics, ...prepared.diagnostics, ...compiled];
  return [...reports, ...atStart.map(formatDiagnostic)].join('\n');
}

const file = (extAuthz: string) => `binds:
- port: 80
  listeners:
  - routes:
    - policies:
        extAuthz: ${extAuthz}
      backends: [{host: 'a:1'}]
`;

const policy = (extAuth: string) => `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: a, namespace: a}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}]
  traffic:
    extAuth: ${extAuth}
`;

const URL = `https://user:${SECRET}@authz.example.com/a b`;
const added = (value: string) => `{addRequestHeaders: {authorization: '${value}'}}`;

describe('a credential is shown by no finding:', () => {
  it.each<[string, string, string]>([
    ['in the URL of a service', file(`{host: '${URL}', protocol: {http: {}}}`), 'Invalid'],
    ['in that of a cluster', policy(`{url: '${URL}', http: {}}`), 'Invalid'],
    ...[
      `Bearer ${SECRET}`,
      SECRET,
      `"Bearer ${SECRET}" + nothing`,
      `jwt["${SECRET}"] + 1 + "a"`,
    ].flatMap((value): [string, string, string][] => [
      [
        `as a header of a file: ${value.replace(SECRET, '…')}`,
        file(`{host: 'a:1', protocol: {http: ${added(value)}}}`),
        'InvalidExpression',
      ],
      [
        `as a header of a policy: ${value.replace(SECRET, '…')}`,
        policy(`{backendRef: {name: a, port: 1}, http: ${added(value)}}`),
        'InvalidExpression',
      ],
    ]),
  ])('%s', (_where, text, code) => {
    const said = allThatIsSaid(text);
    expect(said).toContain(code);
    expect(said).not.toContain(SECRET);
    for (const part of SECRET.split('-')) expect(said).not.toContain(part);
  });
});

describe('what URLs hold beside their host', () => {
  it.each([
    ['https://a:b@example.com/c', 'https://…@example.com/c'],
    ['{host: "redis://:b@example.com", c: d@e}', '{host: "redis://…@example.com", c: d@e}'],
    ['https://example.com', 'https://example.com'],
    ['me@example.com', 'me@example.com'],
    ['https://@example.com', 'https://@example.com'],
  ])('is left out of %s', (text, shown) => {
    expect(withoutUserInfo(text)).toBe(shown);
  });

  it('is found in long lines as well', () => {
    expect(userInfoIn(`${'//'.repeat(1_000_000)}@`)).toHaveLength(1);
  });
});
