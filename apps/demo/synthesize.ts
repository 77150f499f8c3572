import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs `cdk8s synth` as a user does; throws what it printed when it fails. */
export function synthesize(root: string): void {
  const cli = join(root, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'synth'], {
    cwd: root,
    encoding: 'utf8',
    // Else cdk8s-cli asks the network for a newer version of itself.
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
  });
  if (status !== 0) throw new Error(`cdk8s synth failed:\n${stdout}${stderr}`);
  process.stderr.write(stderr);
}
