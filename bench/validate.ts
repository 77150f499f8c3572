import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TS_NODE } from './harness/process';
import { type Bench, median, type Report, round } from './harness/report';

const POLICIES = 1_000;

interface Times {
  readonly load: number;
  readonly validate: number;
  readonly findings: number;
}

/** The verdict on a thousand policies, and what loading the validator costs. */
export const validateBench: Bench = async (report) => {
  const rounds = report.quick ? 1 : 5;
  report.heading(`validate: ${POLICIES} policies`);
  const times = Array.from({ length: rounds }, validatePolicies);
  const load = median(times.map((time) => time.load));
  const validate = median(times.map((time) => time.validate));
  report.line(`load ${round(load)} ms, then ${round(POLICIES / (validate / 1000))} policies/s`);
  report.goal({
    title: 'load of the validator',
    value: load,
    unit: ' ms',
    limit: 300,
    direction: 'below',
  });
  report.goal({
    title: `${POLICIES} policies after load, rules compiled on the way`,
    value: validate / 1000,
    unit: ' s',
    limit: 1,
    direction: 'below',
  });
  checkFiles(report, rounds);
};

function validatePolicies(): Times {
  const script = join(__dirname, 'apps', 'validate-policies.ts');
  const args = [...TS_NODE, script, String(POLICIES)];
  const times: Times = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  if (times.findings > 0) throw new Error('the policies of the bench have findings');
  return times;
}

const policy = (name: string) => `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: HTTPRoute, name: ${name}}
  traffic:
    apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}
    timeouts: {request: 10s}
`;

/** The command as a pipeline runs it, on a file for each policy. */
function checkFiles(report: Report, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'agw-bench-'));
  const command = join(ROOT, 'build', 'lib', 'cli', 'main.js');
  try {
    for (let index = 0; index < POLICIES; index++)
      writeFileSync(join(folder, `policy-${index}.yaml`), policy(`policy-${index}`));
    const seconds = Array.from({ length: rounds }, () => {
      const started = performance.now();
      execFileSync(process.execPath, [command, 'check', '--verdict', folder], { stdio: 'ignore' });
      return (performance.now() - started) / 1000;
    });
    report.line(`agw check --verdict, ${POLICIES} files: ${round(median(seconds))} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
