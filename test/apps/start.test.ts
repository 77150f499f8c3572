import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tutorials } from '../../apps/tutorials';
import { type Finished, Workspace } from './workspace';

const START = ['-r', 'ts-node/register/transpile-only', join('apps', 'start.ts')];

/** The gateway that the demo has started, as it tells. */
function gatewayOf(output: string): number {
  return Number(/^process +(\d+)$/m.exec(output)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(condition: () => boolean, timeoutMs = 10_000): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  return condition();
}

describe('npm start', { timeout: 120_000 }, () => {
  let workspace: Workspace;
  const start = (...args: string[]) => workspace.start(process.execPath, [...START, ...args]);

  beforeAll(() => {
    workspace = Workspace.create();
  });
  afterAll(() => workspace.remove());

  describe('with --once', () => {
    let finished: Finished;
    beforeAll(async () => {
      finished = await start('--once').finished;
    }, 120_000);

    it('ends well when every answer was the expected one', () => {
      expect(finished.stderr).toBe('');
      expect(finished.code, finished.stdout).toBe(0);
    });

    it.each(tutorials)('shows who was let in and who was refused in $name, and why', (tutorial) => {
      expect(finished.stdout).toContain(tutorial.title);
      for (const { caller, method = 'GET', path, headers, expected, why } of tutorial.calls) {
        const verdict = `${expected.status < 400 ? 'allowed' : 'refused'}: ${why}`;
        const row = finished.stdout.split('\n').find((line) => line.endsWith(verdict));
        expect(row).toContain(caller);
        expect(row).toContain(`${method} ${headers?.host ?? ''}${path}`);
        expect(row).toContain(String(expected.status));
      }
    });

    it('shows what the gateway logged: a line per call, and no credential', () => {
      const lines = finished.stdout.split('\n').filter((line) => line.includes('http.status='));
      expect(lines).toHaveLength(tutorials.flatMap(({ calls }) => calls).length);
      expect(lines.filter((line) => line.includes('reason=APIKeyAuth'))).toHaveLength(3);
      expect(lines.filter((line) => line.includes('reason=JwtAuth'))).toHaveLength(2);
      expect(lines.filter((line) => line.includes('reason=Authorization'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('gen_ai.usage.output_tokens='))).toHaveLength(3);
      expect(lines.join()).not.toMatch(/not-a-secret|Bearer|eyJ/);
    });

    it('has no colours where nobody looks', () => {
      expect(finished.stdout).not.toContain('\u001b');
    });
  });

  describe('when ports are in use', () => {
    let servers: Server[] = [];
    afterEach(() => {
      for (const server of servers) server.close();
      servers = [];
    });

    it('takes others, and shows them', async () => {
      const occupied = [8080, 15020, 15021];
      servers = await Promise.all(occupied.map(occupy));
      const { code, stdout } = await start('--once').finished;
      expect(code, stdout).toBe(0);
      expect(stdout).toMatch(/listening on http:\/\/localhost:\d+/);
      expect(stdout).not.toMatch(/localhost:8080\b/);
    });
  });

  it('serves on until Ctrl-C, and leaves no process behind', async () => {
    const running = start();
    const invitation = await running.printed(/^tutorial .+\n/m);
    const [, port] = /listening on http:\/\/localhost:(\d+)/.exec(invitation) ?? [];
    expect(invitation).toContain(`curl -i http://localhost:${port}/headers`);
    const { status } = await fetch(`http://localhost:${port}/headers`);
    expect(status).toBe(404);
    await running.printed(/http\.host=localhost\S* .*http\.status=404/);
    const gateway = gatewayOf(invitation);
    expect(isAlive(gateway)).toBe(true);
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
    expect(isAlive(gateway)).toBe(false);
  });

  it('leaves no process behind when it is killed', async () => {
    const running = start();
    const gateway = gatewayOf(await running.printed(/^tutorial .+\n/m));
    expect(isAlive(gateway)).toBe(true);
    running.child.kill('SIGKILL');
    await running.finished;
    expect(await eventually(() => !isAlive(gateway))).toBe(true);
  });

  it('explains itself', async () => {
    const help = await start('--help').finished;
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--once');
    const wrong = await start('--onec').finished;
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('unknown argument `--onec`');
  });
});

/** A port that somebody has already, be it this test or another program. */
function occupy(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(server));
    server.listen(port, () => resolve(server));
  });
}
