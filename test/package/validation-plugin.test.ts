import { execFileSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { KINDS } from '../../lib/schema/kinds';
import { definitionOf } from '../../scripts/crds';
import { Project, pack, ROOT } from './packed';

const TEMPLATE = join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app');
const CDK8S = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
const TS_NODE = `node -r ${join(ROOT, 'node_modules', 'ts-node', 'register', 'transpile-only')}`;

/** A plain `App` whose Gateway is what `cdk8s import` made of the definitions, and whose route is a bare `ApiObject`. */
const app = (port: number) => `
import { ApiObject, App, Chart } from 'cdk8s';
import { Gateway } from './imports/gateway.networking.k8s.io';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
const gateway = new Gateway(chart, 'Edge', {
  spec: { gatewayClassName: 'agentgateway', listeners: [{ name: 'http', port: ${port}, protocol: 'HTTP' }] },
});
new ApiObject(chart, 'Cart', {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  spec: { parentRefs: [{ name: gateway.name }] },
});
app.synth();
`;

describe('`cdk8s synth` with `validations`', { timeout: 120_000 }, () => {
  const project = Project.temporary();
  const cdk8s = (...args: string[]) => project.run(process.execPath, CDK8S, ...args);
  const synth = (port: number, ...args: string[]) => {
    project.write('main.ts', app(port));
    return cdk8s('synth', ...args);
  };

  beforeAll(async () => {
    const tarball = await pack(project.folder);
    execFileSync('tar', ['-xzf', tarball, '-C', project.folder]);
    symlinkSync(join(ROOT, 'node_modules'), join(project.folder, 'node_modules'));
    copyFileSync(join(TEMPLATE, 'tsconfig.json'), join(project.folder, 'tsconfig.json'));
    const { version } = JSON.parse(project.read('package/package.json'));
    const validations = [{ package: './package', version, class: 'AgentgatewayValidation' }];
    project.write('cdk8s.yaml', stringify({ app: `${TS_NODE} main.ts`, validations }));
    const gateway = KINDS.find(({ kind }) => kind === 'Gateway')!;
    project.write('gateway.yaml', stringify(definitionOf(gateway)));
    await cdk8s(
      'import',
      'gateway.yaml',
      '--language',
      'typescript',
      '--no-save',
      '--no-class-prefix',
    );
  }, 120_000);
  afterAll(() => project.remove());

  it('ends well where an API server would accept everything', async () => {
    expect(await synth(80)).toMatch(/Status\s+│ success[\s\S]*Validations ended succesfully/);
  });

  it('fails with the path of the construct where it would not', async () => {
    const reports = ['--validation-reports-output-file', 'reports.json'];
    await expect(synth(99_999, ...reports)).rejects.toThrow('Validation failed');
    const [{ violations, summary }] = JSON.parse(project.read('reports.json')).reports;
    expect(summary.status).toBe('failure');
    expect(violations).toEqual([
      {
        ruleName: 'Invalid',
        recommendation: 'must be between 1 and 65535, not 99999',
        fix: '`agw check --explain Invalid` says more',
        violatingConstructs: [
          {
            constructPath: 'shop/Edge',
            resourceName: expect.stringMatching(/^shop-edge-/),
            locations: ['Gateway spec.listeners[0].port'],
            manifestPath: 'dist/shop.k8s.yaml',
          },
        ],
      },
    ]);
  });

  it('exits with 2 then, and with 0 otherwise', () => {
    const status = (port: number) => {
      project.write('main.ts', app(port));
      const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
      try {
        execFileSync(process.execPath, [CDK8S, 'synth'], {
          cwd: project.folder,
          env,
          stdio: 'ignore',
        });
        return 0;
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect([status(80), status(0)]).toEqual([0, 2]);
  });
});
