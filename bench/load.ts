import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './harness/process';
import { type Bench, median, round } from './harness/report';

const APPS = { bare: 'bare-app.ts', ours: 'gateway-app.ts' } as const;

/** How people run a cdk8s app: as `cdk8s init` sets it up, and as our documentation proposes. */
const WAYS = {
  'ts-node': 'ts-node/register',
  'ts-node, transpile only': 'ts-node/register/transpile-only',
} as const;

const LINKED = ['cdk8s', 'constructs', 'ts-node', 'typescript', '@types/node'];

/** What importing the package costs a cdk8s app, in a project with the settings of `cdk8s init`. */
export const loadBench: Bench = async (report) => {
  const rounds = report.quick ? 1 : 5;
  const folder = createProject();
  report.heading('load: a cdk8s app with one object, wall time');
  try {
    for (const [way, register] of Object.entries(WAYS)) {
      const times: Record<keyof typeof APPS, number[]> = { bare: [], ours: [] };
      for (let each = 0; each < rounds; each++)
        for (const app of ['bare', 'ours'] as const)
          times[app].push(run(folder, register, APPS[app]));
      report.line(
        `${way}: bare ${round(median(times.bare))} ms, with the package ${round(median(times.ours))} ms`,
      );
      report.goal({
        title: `package ÷ bare cdk8s app, ${way}`,
        value: median(times.ours.map((ms, index) => ms / times.bare[index])),
        limit: 1.5,
        direction: 'at most',
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function run(folder: string, register: string, app: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['-r', register, app], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${app} failed under ${register}:\n${stderr}`);
  return performance.now() - started;
}

function createProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const template = join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app');
  copyFileSync(join(template, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  for (const app of Object.values(APPS))
    copyFileSync(join(__dirname, 'apps', app), join(folder, app));
  const modules = join(folder, 'node_modules');
  for (const name of LINKED) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  symlinkSync(ROOT, join(modules, 'cdk8s-agentgateway'));
  return folder;
}
