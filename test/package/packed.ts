import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(__dirname, '..', '..');
const FIXTURES = join(ROOT, 'test', 'fixtures');
const TARBALL = 'cdk8s-agentgateway.tgz';

const run = promisify(execFile);

/** npm's own settings of the surrounding `npm test` must not leak into another project. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|vitest|node_env)/i.test(name),
  );
  return { ...Object.fromEntries(entries), CDK8S_CHECK_UPGRADE: 'false', CI: 'true' };
}

/** A folder of its own, outside the repository, so that nothing is found in our node_modules. */
export class Project {
  static temporary(): Project {
    return new Project(mkdtempSync(join(tmpdir(), 'cdk8s-agentgateway-')));
  }

  /** The fixture of that name with the packed package installed, its other dependencies as its lock file has them. */
  static async install(fixture: string): Promise<Project> {
    const project = Project.temporary();
    cpSync(join(FIXTURES, fixture), project.folder, { recursive: true });
    await pack(project.folder);
    await project.run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
    return project;
  }

  private constructor(readonly folder: string) {}

  /** Resolves with what the command printed; rejects with it when the command fails. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await run(command, args, {
        cwd: this.folder,
        env: cleanEnvironment(),
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
    }
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  files(folder = '.'): string[] {
    return readdirSync(join(this.folder, folder), { recursive: true, encoding: 'utf8' }).sort();
  }

  /** Takes the lock file over into a fixture; the package itself is packed anew each time, so it has no checksum. */
  keepLock(fixture: string): void {
    const lock = JSON.parse(this.read('package-lock.json'));
    delete lock.packages['node_modules/cdk8s-agentgateway'].integrity;
    writeFileSync(join(fixture, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  }

  keepSnapshots(fixture: string): void {
    cpSync(join(this.folder, '__snapshots__'), join(fixture, '__snapshots__'), { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Packs the build as it stands (`npm test` builds first) and answers the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: ROOT, env: cleanEnvironment(), maxBuffer: 64 * 1024 * 1024 },
  );
  const [{ filename }] = JSON.parse(stdout) as { filename: string }[];
  const tarball = join(folder, TARBALL);
  renameSync(join(folder, filename), tarball);
  return tarball;
}
