import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Project, ROOT } from './packed';

const FIXTURE = join(ROOT, 'test', 'fixtures', 'typescript-app');
const TEMPLATE = join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app');

/** Set it to take over the fixture's snapshot and lock file from a run. */
const UPDATE = process.env.UPDATE_FIXTURES === '1';

describe('a project made by `cdk8s init typescript-app`', { timeout: 300_000 }, () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.install('typescript-app');
    if (UPDATE) project.keepLock(FIXTURE);
  }, 300_000);
  afterAll(() => project?.remove());

  it.each(['tsconfig.json', 'jest.config.js', 'cdk8s.yaml', 'main.test.ts'])(
    'is the template in %s',
    (file) => {
      const read = (folder: string) => readFileSync(join(folder, file), 'utf8');
      expect(read(FIXTURE)).toBe(read(TEMPLATE));
    },
  );

  it('has the dependencies of the template, and the package', () => {
    const { dependencies, devDependencies } = JSON.parse(project.read('package.json'));
    const template = JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(
      [...Object.keys(template.dependencies), 'cdk8s-agentgateway'].sort(),
    );
    expect({ ...devDependencies, 'cdk8s-cli': '' }).toEqual({
      ...template.devDependencies,
      'cdk8s-cli': '',
    });
  });

  it('compiles with the types of the package checked', async () => {
    await project.run('npx', 'tsc', '--noEmit');
  });

  it('passes its snapshot test, and loads every entry point in jest', async () => {
    await project.run('npx', 'jest', UPDATE ? '-u' : '--ci');
    if (UPDATE) project.keepSnapshots(FIXTURE);
  });

  it('synthesizes Kubernetes objects, and the standalone file beside them', async () => {
    await project.run('npx', 'cdk8s', 'synth');
    const manifests = project.files('dist');
    expect(manifests).toEqual(['typescript-app.k8s.yaml']);
    const kinds = parseAllDocuments(project.read('dist/typescript-app.k8s.yaml')).map(
      (document) => document.toJS().kind,
    );
    expect(kinds.sort()).toEqual(['AgentgatewayPolicy', 'Gateway', 'HTTPRoute', 'Service']);
    expect(project.files('standalone')).toEqual(['typescript-app.gateway.yaml']);
    expect(project.read('standalone/typescript-app.gateway.yaml')).toContain('$SHOP_KEYS_ALICE');
  });

  it('runs what it has synthesized, with the key that only its environment has', async () => {
    const validate = ['agw', 'run', '--validate-only', 'dist'];
    await expect(project.run('npx', ...validate)).rejects.toThrow('SHOP_KEYS_ALICE');
    const output = await project.run('env', 'SHOP_KEYS_ALICE=demo', 'npx', ...validate);
    expect(output).toContain('Configuration is valid!');
  });
});
