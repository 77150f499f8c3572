import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project, ROOT } from './packed';

const FIXTURE = join(ROOT, 'test', 'fixtures', 'esm-app');

/** Set it to take over the fixture's lock file from a run. */
const UPDATE = process.env.UPDATE_FIXTURES === '1';

describe('an ESM project', { timeout: 300_000 }, () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.install('esm-app');
    if (UPDATE) project.keepLock(FIXTURE);
  }, 300_000);
  afterAll(() => project?.remove());

  it('compiles under module resolution nodenext', async () => {
    await project.run('npx', 'tsc');
  });

  it('imports every entry point by name, and synthesizes', async () => {
    await project.run('npx', 'tsc');
    await project.run('node', 'build/main.js');
    expect(project.files('dist')).toEqual(['esm-app.k8s.yaml']);
    expect(project.files('standalone')).toEqual(['esm-app.gateway.yaml']);
  });
});
