import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { tutorials } from '../../apps/tutorials';
import { ROOT, Workspace } from './workspace';

const CDK8S = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');

/** What `kubectl apply -f` makes of a text: every document has to be an object. */
function objectsOf(text: string): string[] {
  return parseAllDocuments(text).map((document) => {
    const { apiVersion, kind, metadata } = document.toJS() ?? {};
    expect(document.errors).toEqual([]);
    expect({ apiVersion, kind, name: metadata?.name }).toEqual({
      apiVersion: expect.any(String),
      kind: expect.any(String),
      name: expect.any(String),
    });
    return `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;
  });
}

describe('cdk8s synth', { timeout: 60_000 }, () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = Workspace.create();
  });
  afterAll(() => workspace.remove());

  it('writes what is committed in dist, byte for byte', async () => {
    const committed = workspace.files('dist');
    const { code, stderr } = await workspace.run(process.execPath, [CDK8S, 'synth']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect([...committed.keys()]).toEqual(
      tutorials
        .flatMap(({ name, standalone }) => [
          `kubernetes/${name}.k8s.yaml`,
          `standalone/${standalone}`,
        ])
        .sort(),
    );
    expect(workspace.files('dist')).toEqual(committed);
  });

  it('writes nothing but Kubernetes objects into its output directory', async () => {
    for (const [name, text] of workspace.files('dist/kubernetes')) {
      expect(name).toMatch(/\.ya?ml$/);
      expect(objectsOf(text).length).toBeGreaterThan(0);
    }
  });

  it('prints nothing but Kubernetes objects with --stdout, and leaves the standalone files alone', async () => {
    const before = workspace.files('dist');
    const { code, stdout, stderr } = await workspace.run(process.execPath, [
      CDK8S,
      'synth',
      '--stdout',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const manifests = [...before].filter(([name]) => name.startsWith('kubernetes/'));
    // cdk8s-cli puts no `---` between the files of charts (cdk8s-team/cdk8s#2155), so that they are no YAML together.
    const rest = manifests.reduce((printed, [, text]) => printed.replace(text, ''), stdout);
    expect(rest).toBe('');
    expect(workspace.files('dist/standalone')).toEqual(
      new Map(
        [...before].flatMap(([name, text]) =>
          name.startsWith('standalone/') ? [[name.slice('standalone/'.length), text] as const] : [],
        ),
      ),
    );
  });
});

describe('every tutorial', () => {
  it.each(tutorials)('$name has a chart, calls and a README', ({ name, calls }) => {
    const readme = readFileSync(join(ROOT, 'apps', name, 'README.md'), 'utf8');
    expect(readme).toContain('chart.ts');
    const statuses = calls.map(({ expected }) => expected.status);
    expect(statuses).toContain(200);
    expect(statuses.some((status) => status >= 400)).toBe(true);
  });
});
