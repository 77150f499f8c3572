import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixText } from '../../lib/cli/fix';
import { judge } from '../../lib/cli/fix-judge';
import type { Diagnostic } from '../../lib/diagnostic';

const FOLDER = join(__dirname, '../fixtures/tutorials');

/** Manifests and files with the faults that tutorials of agentgateway have. */
const TUTORIALS = [
  'api-keys',
  'external-authorization',
  'jwt',
  'mcp-authorization',
  'mcp-authentication',
];

const OPTIONS = { source: 'tutorial.yaml', variables: () => undefined };

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

function found(text: string): string {
  const { syntax, findings } = judge(text, OPTIONS);
  return [...syntax, ...findings.map(({ finding }) => finding)].map(told).sort().join('');
}

function told({ severity, code, path, line, column, fix }: Diagnostic): string {
  const place = `${String(line).padStart(3)}:${column}`;
  return `${`${place} ${severity} ${code} ${path}`.trimEnd()}${fix ? ', which is repaired' : ''}\n`;
}

describe.each(TUTORIALS)('the faults of the tutorial on %s', (name) => {
  it('are found where they are', () => {
    expect(found(read(`${name}.yaml`))).toBe(read(`${name}.found.txt`));
  });

  it('are repaired where there is one way to', () => {
    const { text } = fixText(read(`${name}.yaml`), OPTIONS);
    expect(text).toBe(read(`${name}.fixed.yaml`));
  });

  it('are left where their author must choose', () => {
    const left = `${name}.left.txt`;
    expect(found(read(`${name}.fixed.yaml`))).toBe(
      existsSync(join(FOLDER, left)) ? read(left) : '',
    );
  });

  it('are repaired once and for all', () => {
    const fixed = read(`${name}.fixed.yaml`);
    expect(fixText(fixed, OPTIONS)).toEqual({ text: fixed, repaired: [] });
  });
});
