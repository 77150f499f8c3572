import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project, pack, ROOT } from './packed';

const BIN = join(ROOT, 'node_modules', '.bin');
describe('the tarball', { timeout: 120_000 }, () => {
  const project = Project.temporary();
  let tarball = '';
  let files: string[] = [];
  const read = (file: string) => project.read(join('package', file));

  beforeAll(async () => {
    tarball = await pack(project.folder);
    execFileSync('tar', ['-xzf', tarball, '-C', project.folder]);
    files = project.files('package').filter((file) => /\.\w+$|LICENSE/.test(file));
  });
  afterAll(() => project.remove());

  it('holds compiled code, declarations, the licence and the readme, and nothing else', () => {
    const others = files.filter((file) => !/^build\/(lib|imports)\/.+(\.d\.ts|\.js)$/.test(file));
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
  });

  it('compiles every file from a source that still exists', () => {
    const compiled = files.filter((file) => file.startsWith('build/'));
    const orphans = compiled.filter(
      (file) =>
        !existsSync(join(ROOT, file.replace(/^build\//, '').replace(/(\.d)?\.(js|ts)$/, '.ts'))),
    );
    expect(compiled.length).toBeGreaterThan(10);
    expect(orphans).toEqual([]);
  });

  it('points to no source map', () => {
    const pointing = files.filter(
      (file) => /\.(js|ts)$/.test(file) && read(file).includes('sourceMappingURL'),
    );
    expect(pointing).toEqual([]);
  });

  it('declares only what an entry point leads to, with no types but those of cdk8s and constructs', () => {
    const declarations = new Set(files.filter((file) => file.endsWith('.d.ts')));
    const entries = [...declarations].filter(
      (file) => /^build\/imports\//.test(file) || entryDeclarations().includes(file),
    );
    const reached = new Set(entries);
    const foreign: string[] = [];
    for (const file of reached) {
      const { importedFiles, ...references } = ts.preProcessFile(read(file), true, true);
      const directives = [references.referencedFiles, references.typeReferenceDirectives].flat();
      if (directives.length > 0) foreign.push(`${file} has a reference directive`);
      for (const { fileName: specifier } of importedFiles) {
        if (!specifier.startsWith('.')) {
          if (!['cdk8s', 'constructs'].includes(specifier)) foreign.push(`${file}: ${specifier}`);
          continue;
        }
        const base = join(dirname(file), specifier);
        const target = [`${base}.d.ts`, join(base, 'index.d.ts')].find((at) =>
          declarations.has(at),
        );
        if (target) reached.add(target);
        else foreign.push(`${file}: ${specifier} is not packed`);
      }
    }
    expect(foreign).toEqual([]);
    expect([...declarations].filter((file) => !reached.has(file))).toEqual([]);
  });

  it('has a command that starts by itself', () => {
    expect(read('build/lib/cli/main.js').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it('gives away nothing of the machine that built it', () => {
    const telling = files.filter((file) => read(file).includes(ROOT));
    expect(telling).toEqual([]);
  });

  it('passes publint', () => {
    const args = ['run', tarball, '--strict'];
    const { stdout, stderr } = spawnSync(join(BIN, 'publint'), args, { encoding: 'utf8' });
    expect(stdout + stderr).toContain('All good!');
  });

  it('resolves, types and all, in every mode that arethetypeswrong knows', () => {
    const output = attw(tarball);
    expect(output.problems).toEqual([]);
    expect(Object.keys(output.entrypoints).sort()).toEqual([
      '.',
      './gateway',
      './imports/*',
      './imports/agentgateway.dev',
      './imports/gateway.networking.k8s.io',
      './package.json',
      './standalone',
      './testing',
    ]);
  });

  function attw(file: string): { problems: unknown[]; entrypoints: Record<string, unknown> } {
    const names = ['agentgateway.dev', 'gateway.networking.k8s.io'].map(
      (name) => `imports/${name}`,
    );
    const args = [file, '--format', 'json', '--include-entrypoints', ...names];
    const { stdout, stderr } = spawnSync(join(BIN, 'attw'), args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { analysis } = JSON.parse(stdout);
    return { problems: analysis.problems, entrypoints: analysis.entrypoints };
  }
});

function entryDeclarations(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.values(exports as Record<string, { types?: string }>).flatMap(({ types }) =>
    types ? [types.replace(/^\.\//, '')] : [],
  );
}
