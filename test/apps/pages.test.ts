import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tutorials } from '../../apps/tutorials';
import { type Block, bashBlocks, type Result, resultsOf, scriptOf } from './markdown';
import { freePort, ROOT, serviceAddresses, Workspace } from './workspace';

/** The README's own two commands install the package anew: .ci/run runs them in a fresh clone. */
const PAGES = [
  ...tutorials.map(({ name }) => `apps/${name}/README.md`),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].filter((page) => bashBlocks(readFileSync(join(ROOT, page), 'utf8')).length > 0);

/** The gateway's log lines come in between, as on a reader's terminal. */
const LOG_LINES = /\d{4}-\d\d-\d\dT[^\s]+Z\tinfo\t.*\n/g;

describe.each(PAGES)('the commands of %s', { timeout: 120_000 }, (page) => {
  const blocks = bashBlocks(readFileSync(join(ROOT, page), 'utf8'));
  let workspace: Workspace;
  let results: Result[] = [];
  let transcript = '';

  beforeAll(async () => {
    workspace = Workspace.create();
    const ports = {
      '8080': await freePort(),
      '9000': await freePort(),
      '9001': await freePort(),
    };
    const moved = blocks.map(
      ({ command, expected }): Block => ({
        command: command.replace(
          /(?<=localhost:|127\.0\.0\.1:|--port \d+:|upstream -- [\w-]+ )(8080|900[01])\b/g,
          (port) => String(ports[port as keyof typeof ports]),
        ),
        expected,
      }),
    );
    const env = await serviceAddresses();
    const { stdout, stderr } = await workspace.start('bash', ['-c', scriptOf(moved)], env).alone();
    results = resultsOf(stdout);
    transcript = `${stdout}\n${stderr}`;
  }, 120_000);
  afterAll(() => workspace.remove());

  it('are there, and run', () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(results.length, transcript).toBe(blocks.length);
  });

  it.each(blocks.map(({ command, expected }, index) => ({ command, expected, index })))(
    '$command',
    ({ expected, index }) => {
      const { output, code } = results[index];
      expect(code, transcript).toBe(0);
      const answered = output.replace(LOG_LINES, '');
      if (expected !== undefined) expect(answered, transcript).toContain(expected.trim());
    },
  );
});
