import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TS_NODE } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';

/** Which app of bench/apps/routes.ts, and how it is called in the table. */
const VARIANTS = {
  bare: 'bare ApiObjects',
  manifests: 'constructs',
  standalone: 'constructs and standalone',
} as const;
type Variant = keyof typeof VARIANTS;

const ROUNDS = 3;

/** Routes with a policy each, beside bare ApiObjects that render the same objects. */
export const synthBench: Bench = async (report) => {
  const sizes = report.quick ? [100, 1_000] : [1_000, 10_000];
  report.heading('synth: routes with a policy each');
  const times = new Map<string, number[]>();
  for (let each = 0; each < ROUNDS; each++)
    for (const size of sizes)
      for (const variant of Object.keys(VARIANTS) as Variant[]) {
        const key = `${variant} ${size}`;
        times.set(key, [...(times.get(key) ?? []), synthesize(variant, size)]);
      }
  const at = (variant: Variant, size: number) => times.get(`${variant} ${size}`) ?? [];
  report.table(
    ['ms', ...sizes.map((size) => `${size} routes`)],
    (Object.keys(VARIANTS) as Variant[]).map((variant) => [
      VARIANTS[variant],
      ...sizes.map((size) => round(median(at(variant, size)))),
    ]),
  );
  judge(report, sizes, at);
  cdk8sSynth(report);
};

function judge(
  report: Report,
  [small, large]: readonly number[],
  at: (variant: Variant, size: number) => readonly number[],
): void {
  const ratio = (over: readonly number[], under: readonly number[]) =>
    median(over.map((ms, index) => ms / under[index]));
  const size = Math.min(1_000, large);
  report.line();
  report.goal({
    title: `constructs ÷ bare ApiObjects, ${size} routes`,
    value: ratio(at('manifests', size), at('bare', size)),
    limit: 2,
    direction: 'at most',
  });
  report.goal({
    title: `with standalone ÷ bare ApiObjects, ${size} routes`,
    value: ratio(at('standalone', size), at('bare', size)),
    limit: 3,
    direction: 'at most',
  });
  report.goal({
    title: `time per route, ${large} ÷ ${small} routes, with standalone`,
    value: ratio(at('standalone', large), at('standalone', small)) / (large / small),
    limit: 1.3,
    direction: 'at most',
  });
}

/** A process each, so that no round profits from what the one before it has compiled. */
function synthesize(variant: Variant, routes: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const script = join(__dirname, 'apps', 'routes.ts');
  try {
    const output = execFileSync(process.execPath, [...TS_NODE, script, variant, String(routes)], {
      env: { ...process.env, CDK8S_OUTDIR: join(folder, 'dist', 'kubernetes') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return Number(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command as users run it, on the tutorials of this repository. */
function cdk8sSynth(report: Report): void {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const cli = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const wall = () => {
    const started = performance.now();
    const args = [cli, 'synth', '--output', join(folder, 'dist', 'kubernetes')];
    execFileSync(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return (performance.now() - started) / 1000;
  };
  try {
    const seconds = median(Array.from({ length: ROUNDS }, wall));
    report.goal({
      title: 'wall time of cdk8s synth on apps/main.ts',
      value: seconds,
      unit: ' s',
      limit: 2,
      direction: 'below',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
