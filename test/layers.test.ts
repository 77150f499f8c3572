import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '..');

/** Node's modules that touch nothing outside the process: any layer may use them. */
const PURE = [
  ...['assert', 'async_hooks', 'buffer', 'crypto', 'events', 'path', 'perf_hooks', 'querystring'],
  ...['stream', 'string_decoder', 'timers', 'url', 'util', 'zlib'],
];
const EFFECTS = ['sockets, files, processes'];

interface Layer {
  /** Layers of ours that it may import; `diagnostic`, and `effects` as types, go without saying. */
  readonly ours: readonly string[];
  /** Packages that only some layers may import (`RESERVED`). @default - none of them */
  readonly packages?: readonly string[];
  /** Modules of Node beyond the pure ones. @default - none */
  readonly node?: readonly string[];
}

/** Packages that belong to some layers only: the cdk8s family, and what opens connections. */
const RESERVED = /^(cdk8s|cdk8s-plus-\d+|constructs|undici)$/;
const CDK = ['cdk8s', 'constructs'];

/** Who may import whom. A layer is a folder of lib/, a file of lib/, or a folder beside lib/. */
const LAYERS: Readonly<Record<string, Layer>> = {
  diagnostic: { ours: [] },
  effects: { ours: [] },
  http: { ours: [] },
  cel: { ours: [] },
  schema: { ours: ['cel'] },
  imports: { ours: [], packages: CDK },
  constructs: {
    ours: ['cel', 'schema', 'imports'],
    packages: [...CDK, 'cdk8s-plus-28'],
    node: ['fs'],
  },
  standalone: { ours: ['schema', 'cel'] },
  translator: { ours: ['standalone', 'schema'] },
  synth: { ours: ['translator', 'standalone', 'schema'], packages: CDK, node: ['fs', 'os'] },
  index: { ours: ['constructs', 'synth'] },
  mcp: { ours: ['http'] },
  llm: { ours: ['http'] },
  telemetry: { ours: ['cel', 'http'] },
  gateway: { ours: ['standalone', 'cel', 'http', 'mcp', 'llm', 'telemetry'] },
  server: {
    ours: ['gateway', 'standalone', 'telemetry', 'http'],
    packages: ['undici'],
    node: EFFECTS,
  },
  admin: { ours: ['gateway', 'standalone', 'telemetry', 'http'], node: EFFECTS },
  testing: {
    ours: ['gateway', 'synth', 'translator', 'standalone'],
    packages: [...CDK, 'undici'],
    node: EFFECTS,
  },
  cli: {
    ours: [
      ...['schema', 'cel', 'http', 'translator', 'standalone', 'synth', 'gateway', 'mcp', 'llm'],
      ...['telemetry', 'server', 'admin', 'testing'],
    ],
    node: EFFECTS,
  },
  apps: { ours: [], packages: [...CDK, 'cdk8s-plus-28'], node: EFFECTS },
};

/** ES modules that the build puts into the one file that loads each of them (`scripts/bundle-esm.mjs`). */
const BUNDLED: Readonly<Record<string, string>> = {
  jose: 'lib/gateway/jose.ts',
  bcryptjs: 'lib/gateway/bcrypt.ts',
};

const ENTRY_POINTS = [
  'lib/index.ts',
  'lib/standalone/index.ts',
  'lib/gateway/index.ts',
  'lib/testing/index.ts',
];
/** The one file that is run rather than imported. */
const PROGRAMS = ['lib/cli/main.ts'];
const VAGUE_NAME = /^(utils?|helpers?|common|types?|globals?)\.ts$/;
const KEBAB_NAME = /^[a-z0-9]+([.-][a-z0-9]+)*\.ts$/;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

type Sources = ReadonlyMap<string, string>;

function layerOf(file: string): string {
  const [top, next] = file.split('/');
  return top === 'lib' ? next.replace(/\.ts$/, '') : top;
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const bindings = clause.namedBindings;
  if (clause.name || !bindings || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

function literal(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function importOf(node: ts.Node): { specifier?: string; typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node))
    return { specifier: literal(node.moduleSpecifier), typeOnly: isTypeOnly(node.importClause) };
  if (ts.isExportDeclaration(node))
    return { specifier: literal(node.moduleSpecifier), typeOnly: node.isTypeOnly };
  if (ts.isExternalModuleReference(node))
    return { specifier: literal(node.expression), typeOnly: false };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { specifier: literal(node.argument.literal), typeOnly: true };
  if (!ts.isCallExpression(node)) return undefined;
  const called = node.expression;
  const loads =
    called.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(called) && called.text === 'require');
  return loads ? { specifier: literal(node.arguments[0]), typeOnly: false } : undefined;
}

function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const at = importOf(node);
    if (at?.specifier) found.push({ specifier: at.specifier, typeOnly: at.typeOnly });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The file that a relative import means, or undefined where no such file was read. */
function resolve(from: string, specifier: string, sources: Sources): string | undefined {
  const base = posix.join(dirname(from), specifier);
  return [`${base}.ts`, `${base}/index.ts`, base].find((file) => sources.has(file));
}

function allowedText(name: string): string {
  const { ours, packages = [], node = [] } = LAYERS[name];
  const all = [...ours, 'diagnostic', 'effects (as types)', ...packages, ...node];
  return `${name} may import: ${all.join(', ')}`;
}

function relativeImport(file: string, { specifier, typeOnly }: Import, sources: Sources): string[] {
  const target = resolve(file, specifier, sources);
  if (!target) return [`${file} imports ${specifier}, which is no source file of the package`];
  const from = layerOf(file);
  const to = layerOf(target);
  const problem = `${file} imports ${target}; ${allowedText(from)}`;
  if (ENTRY_POINTS.includes(target))
    return [`${file} imports the entry point ${target}; import the file that defines the name`];
  if (from === to || to === 'diagnostic' || LAYERS[from].ours.includes(to)) return [];
  return to === 'effects' && typeOnly ? [] : [problem];
}

function nodeImport(file: string, module: string): string[] {
  const layer = layerOf(file);
  const top = module.split('/')[0];
  const { node = [] } = LAYERS[layer];
  if (PURE.includes(top) || node === EFFECTS || node.includes(top)) return [];
  return [`${file} imports node:${module}; ${allowedText(layer)}, and node's ${PURE.join(', ')}`];
}

function packageImport(file: string, specifier: string, declared: readonly string[]): string[] {
  const layer = layerOf(file);
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (RESERVED.test(name) && !LAYERS[layer].packages?.includes(name))
    return [`${file} imports ${specifier}; ${allowedText(layer)}`];
  if (layer === 'apps' || declared.includes(name) || BUNDLED[name] === file) return [];
  return [`${file} imports ${specifier}, which is not among the package's dependencies`];
}

function checkImport(file: string, at: Import, sources: Sources, declared: readonly string[]) {
  const { specifier } = at;
  if (specifier.startsWith('.')) return relativeImport(file, at, sources);
  if (specifier.startsWith('node:')) return nodeImport(file, specifier.slice('node:'.length));
  if (builtinModules.includes(specifier))
    return [`${file} imports ${specifier}; write node:${specifier}`];
  return packageImport(file, specifier, declared);
}

/** `process` and `fetch` reach the outside without any import. */
function checkGlobals(file: string, source: ts.SourceFile): string[] {
  const layer = layerOf(file);
  if (LAYERS[layer].node) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const reached =
      ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) ? node.expression : node;
    const name = reached !== node && ts.isIdentifier(reached) ? reached.text : '';
    if (name === 'process' || (name === 'fetch' && ts.isCallExpression(node)))
      found.push(`${file} uses the global ${name}; ${layer} may not reach outside the process`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What a module may hold at its top level: declarations. Anything else would run on import. */
function checkEffects(file: string, source: ts.SourceFile): string[] {
  if (PROGRAMS.includes(file) || layerOf(file) === 'apps') return [];
  const runs = (statement: ts.Statement) =>
    ts.isExpressionStatement(statement) ||
    ts.isIfStatement(statement) ||
    ts.isIterationStatement(statement, false) ||
    ts.isTryStatement(statement);
  return source.statements
    .filter(runs)
    .map((statement) => `${file} runs \`${statement.getText().slice(0, 40)}\` when imported`);
}

function checkBarrel(file: string, source: ts.SourceFile): string[] {
  const reExports = source.statements.filter(
    (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier,
  );
  if (reExports.some((statement) => ts.isExportDeclaration(statement) && !statement.exportClause))
    return [`${file} has an \`export *\`; name every export`];
  if (ENTRY_POINTS.includes(file)) return [];
  const named = file.endsWith('/index.ts');
  const barrel = source.statements.length > 0 && reExports.length === source.statements.length;
  return named || barrel ? [`${file} is a barrel; only entry points may be`] : [];
}

function checkName(file: string): string[] {
  const name = posix.basename(file);
  if (VAGUE_NAME.test(name)) return [`${file}: name the concept, not ${name}`];
  return KEBAB_NAME.test(name) ? [] : [`${file}: file names are kebab-case`];
}

/** One line per cycle: the files in the order in which they import each other. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) found.push(`import cycle: ${[...trail.slice(at), file].join(' → ')}`);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function check(sources: Sources, declared: readonly string[]): string[] {
  const graph = new Map<string, string[]>();
  const problems: string[] = [];
  for (const [file, text] of sources) {
    if (!LAYERS[layerOf(file)]) {
      problems.push(`${file}: ${layerOf(file)} is no layer of the table`);
      continue;
    }
    const source = parse(file, text);
    const imports = importsOf(source);
    graph.set(
      file,
      imports.flatMap(({ specifier }) =>
        specifier.startsWith('.') ? (resolve(file, specifier, sources) ?? []) : [],
      ),
    );
    problems.push(
      ...checkName(file),
      ...checkBarrel(file, source),
      ...checkEffects(file, source),
      ...checkGlobals(file, source),
      ...imports.flatMap((at) => checkImport(file, at, sources, declared)),
    );
  }
  return [...problems, ...cycles(graph)];
}

function readSources(...folders: string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => posix.join(folder, file.split('\\').join('/'))),
  );
  return new Map(files.sort().map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
}

describe('the house', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

  it('keeps to the table of who may import whom', () => {
    const sources = readSources('lib', 'imports', 'apps');
    expect(sources.size).toBeGreaterThan(10);
    expect(check(sources, declared)).toEqual([]);
  });
});

describe('the check of the table', () => {
  const run = (files: Record<string, string>, declared: string[] = []) =>
    check(new Map(Object.entries(files)), declared);
  const clean = 'export const x = 1;\n';

  it('accepts what the table allows', () => {
    expect(
      run(
        {
          'lib/effects.ts': 'export interface Effects {}',
          'lib/diagnostic.ts': clean,
          'lib/standalone/document.ts': "import { createHash } from 'node:crypto';",
          'lib/gateway/router.ts': [
            "import { x } from '../standalone/document';",
            "import { y } from '../diagnostic';",
            "import type { Effects } from '../effects';",
          ].join('\n'),
          'lib/server/serve.ts': "import { createServer } from 'node:http';\nimport 'undici';",
          'lib/constructs/gateway.ts': "import { ApiObject } from 'cdk8s';",
          'lib/index.ts': "export { x } from './constructs/gateway';",
        },
        ['cdk8s', 'undici'],
      ),
    ).toEqual([]);
  });

  it.each([
    ["import { x } from '../gateway/router';", 'lib/translator/a.ts imports lib/gateway/router.ts'],
    ["export { x } from '../gateway/router';", 'lib/translator/a.ts imports lib/gateway/router.ts'],
    ["const load = () => require('../gateway/router');", 'imports lib/gateway/router.ts'],
    ["const load = () => import('../gateway/router');", 'imports lib/gateway/router.ts'],
    ["type X = import('../gateway/router').X;", 'imports lib/gateway/router.ts'],
    ["import { Effects } from '../effects';", 'lib/translator/a.ts imports lib/effects.ts'],
    ["import { x } from '../../test/a';", 'which is no source file of the package'],
    ["import { x } from '../standalone';", 'imports the entry point lib/standalone/index.ts'],
    ["import { App } from 'cdk8s';", 'lib/translator/a.ts imports cdk8s'],
    ["import * as kplus from 'cdk8s-plus-33';", 'lib/translator/a.ts imports cdk8s-plus-33'],
    ["import { Pool } from 'undici';", 'lib/translator/a.ts imports undici'],
    ["import { test } from 'vitest';", "vitest, which is not among the package's dependencies"],
    ["import { readFileSync } from 'node:fs';", 'lib/translator/a.ts imports node:fs'],
    [
      "import { readFile } from 'node:fs/promises';",
      'lib/translator/a.ts imports node:fs/promises',
    ],
    ["import { spawn } from 'node:child_process';", 'imports node:child_process'],
    ["import { connect } from 'node:net';", 'imports node:net'],
    ["import { createHash } from 'crypto';", 'write node:crypto'],
    ['export const home = () => process.env.HOME;', 'uses the global process'],
    ["export const load = () => fetch('http://x');", 'uses the global fetch'],
    ["export * from './b';", 'has an `export *`'],
    ["export { x } from './b';", 'is a barrel'],
    ["console.log('loaded');", 'when imported'],
    ['for (const x of [1]) setX(x);', 'when imported'],
  ])('refuses `%s` in the translator', (text, problem) => {
    const problems = run({
      'lib/translator/a.ts': text,
      'lib/translator/b.ts': clean,
      'lib/gateway/router.ts': clean,
      'lib/standalone/index.ts': clean,
      'lib/effects.ts': clean,
    });
    expect(problems.join('\n')).toContain(problem);
  });

  it('says what the layer may import instead', () => {
    const problems = run({
      'lib/translator/a.ts': "import { x } from '../gateway/router';",
      'lib/gateway/router.ts': clean,
    });
    expect(problems).toEqual([
      'lib/translator/a.ts imports lib/gateway/router.ts; ' +
        'translator may import: standalone, schema, diagnostic, effects (as types)',
    ]);
  });

  it('finds a cycle, through types as well', () => {
    const problems = run({
      'lib/cel/a.ts': "import { x } from './b';",
      'lib/cel/b.ts': "import { x } from './c';",
      'lib/cel/c.ts': "import type { x } from './a';",
    });
    expect(problems).toEqual([
      'import cycle: lib/cel/a.ts → lib/cel/b.ts → lib/cel/c.ts → lib/cel/a.ts',
    ]);
  });

  it('keeps apps out of the sources of the package', () => {
    const problems = run({
      'apps/a/chart.ts': "import { Gateway } from '../../lib/constructs/gateway';",
      'lib/constructs/gateway.ts': clean,
    });
    expect(problems.join()).toContain('apps/a/chart.ts imports lib/constructs/gateway.ts');
  });

  it.each([
    'lib/cel/utils.ts',
    'lib/cel/helper.ts',
    'lib/cel/types.ts',
    'lib/cel/common.ts',
    'lib/cel/MyFile.ts',
    'lib/cel/index.ts',
    'lib/odds/ends.ts',
  ])('refuses a file called %s', (file) => {
    expect(run({ [file]: clean })).toHaveLength(1);
  });
});
