import { describe, expect, it } from 'vitest';
import { check } from '../support/check';

const BACKEND = `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: models, namespace: llm}
spec:
  ai: {provider: {openai: {}}}
  policies: {auth: {secretRef: {name: openai}}}
`;
const SECRET = `apiVersion: v1
kind: Secret
metadata: {name: openai, namespace: llm}
type: Opaque
immutable: true
stringData: {Authorization: demo-not-a-key}
`;

function found(secret: string): string[] {
  const { diagnostics } = check({ 'a.yaml': `${BACKEND}---\n${secret}` });
  return diagnostics.map(
    ({ severity, code, object, path, message, hint }) =>
      `${severity} ${code} ${object?.kind} ${path}: ${message} (${hint})`,
  );
}

describe('a Secret that a backend names', () => {
  it('is no finding as it should be', () => {
    expect(found(SECRET)).toEqual([]);
  });

  it.each([['stringdata'], ['StringData'], ['stringDta']])('has no field %s', (name) => {
    expect(found(SECRET.replace('stringData', name))).toContain(
      `error UnknownField Secret ${name}: unknown field \`${name}\`; did you mean \`stringData\`? (what stands in it is not read)`,
    );
  });

  it.each([['Secrt'], ['secret']])('is of no kind %s', (kind) => {
    expect(found(SECRET.replace('Secret', kind))).toContain(
      `error UnknownKind ${kind} kind: \`v1\` has no kind \`${kind}\`; did you mean \`Secret\`? (write kind: Secret)`,
    );
  });

  it.each([['ServiceAccount'], ['Pod'], ['PersistentVolumeClaim'], ['Endpoints']])(
    'may stand beside a %s, whatever that has',
    (kind) => {
      const other = `apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\nsecrets: []\nspecs: {}\n`;
      expect(found(`${SECRET}---\n${other}`)).toEqual([]);
    },
  );

  it('never has its values in a finding', () => {
    const odd = SECRET.replace('stringData', 'stringdata');
    expect(found(odd).join()).not.toContain('demo-not-a-key');
  });
});
