import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fixFile } from '../../lib/cli/fix-command';
import { UsageError } from '../../lib/cli/usage-error';

const FAULTY = 'binds:\r\n- post: 3000 # here\r\n  listeners: []';
const RIGHT = 'binds:\r\n- port: 3000 # here\r\n  listeners: []';
const OPTIONS = { variables: () => undefined };

describe('a repaired file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fix-'));
    path = join(folder, 'config.yaml');
    writeFileSync(path, FAULTY);
  });

  it('is written in place, and nothing stays beside it', () => {
    const { repaired } = fixFile(path, FAULTY, OPTIONS);
    expect(repaired.map(({ code, line }) => [code, line])).toEqual([['UnknownField', 2]]);
    expect(readFileSync(path, 'utf8')).toBe(RIGHT);
    expect(readdirSync(folder)).toEqual(['config.yaml']);
  });

  it('keeps its mode', () => {
    chmodSync(path, 0o640);
    fixFile(path, FAULTY, OPTIONS);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('keeps its byte order mark, also where whoever read it dropped that', () => {
    writeFileSync(path, `\uFEFF${FAULTY}`);
    fixFile(path, FAULTY, OPTIONS);
    expect(readFileSync(path, 'utf8')).toBe(`\uFEFF${RIGHT}`);
  });

  it('stays behind the link that leads to it', () => {
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    fixFile(link, FAULTY, OPTIONS);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(RIGHT);
  });

  it('that is read-only stays, and the error says so', () => {
    chmodSync(path, 0o444);
    expect(() => fixFile(path, FAULTY, OPTIONS)).toThrow(UsageError);
    expect(() => fixFile(path, FAULTY, OPTIONS)).toThrow(/cannot repair .*: it is read-only/);
    expect(readFileSync(path, 'utf8')).toBe(FAULTY);
  });

  it('that is gone is an error and no new file', () => {
    expect(() => fixFile(join(folder, 'gone.yaml'), FAULTY, OPTIONS)).toThrow(/is not there/);
    expect(readdirSync(folder)).toEqual(['config.yaml']);
  });

  it('is not touched where nothing is to repair', () => {
    writeFileSync(path, RIGHT);
    chmodSync(path, 0o444);
    expect(fixFile(path, RIGHT, OPTIONS)).toEqual({ path, text: RIGHT, repaired: [], diff: '' });
  });

  it('is shown without the secrets in it and around it', () => {
    const secret = 'sk-DEMO-NOT-A-KEY';
    const leaky = `apiVersion: v1
kind: Secret
metadata: {name: openai}
stringData:
  Authorization: ${secret}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: Gateway
metadata: {name: edge, annotations: {note: ${secret}}}
spec:
  gatewayClassName: agentgateway
  listeners: [{name: http, port: "80", protocol: HTTP}]
`;
    const { text, diff } = fixFile(path, `\uFEFF${leaky}`, { ...OPTIONS, dryRun: true });
    expect(text).toContain(secret);
    expect(diff).not.toContain(secret);
    expect(diff).toContain(' stringData:\n   Authorization: …\n ---\n');
    expect(diff).toContain('+  listeners: [{name: http, port: 80, protocol: HTTP}]\n');
  });

  it('is shown without its values where it was no YAML', () => {
    const secret = 'sk-DEMO-NOT-A-KEY';
    const keys = `      apiKey:\n        mode: strict\n        keys: [{key: ${secret}}]\n`;
    const right = `binds:\n- port: 3000\n  listeners:\n  - routes: []\n    policies:\n${keys}`;
    const broken = right.replace('        keys', '       keys');
    const { text, diff } = fixFile(path, broken, { ...OPTIONS, dryRun: true });
    expect(text).toBe(right);
    expect(diff).not.toContain(secret);
    expect(diff).toContain('-       keys: …\n+        keys: [{key: …}]\n');
  });

  it.each([['-'], ['config.yaml']])('is only shown by a dry run, or from %s', (name) => {
    const given = name === '-' ? '-' : path;
    const { text, diff } = fixFile(given, FAULTY, { ...OPTIONS, dryRun: given !== '-' });
    expect(text).toBe(RIGHT);
    expect(diff).toContain('-- post: 3000 # here\r\n+- port: 3000 # here\r\n');
    expect(readFileSync(path, 'utf8')).toBe(FAULTY);
  });
});
