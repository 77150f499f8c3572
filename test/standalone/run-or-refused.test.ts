import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../lib/schema/schema';
import { STANDALONE } from '../../lib/schema/standalone/document';
import { resolveStandalone } from '../../lib/schema/validate-standalone';

const LIB = join(__dirname, '..', '..', 'lib');
const DOCUMENT = join(LIB, 'standalone', 'document.ts');

/** Where documents of the file, in its own form or the normal one, are read to be run. */
const READERS = ['gateway', 'llm', 'server', 'standalone', 'telemetry'];

/** What changes no answer: how much is logged, a name that agentgateway ignores too, and how often silence is probed. */
const WITHOUT_EFFECT = ['interval', 'level', 'retries', 'ruleName'];

/** Fields that the statement has and does not mark as not run: `binds[].port`. */
function* runFields(reference: Schema, path: string): Generator<string> {
  const { properties = {}, additionalProperties, items, anyOf = [] } = resolveStandalone(reference);
  for (const [name, part] of Object.entries(properties)) {
    if (resolveStandalone(part).notRun !== undefined) continue;
    const place = path ? `${path}.${name}` : name;
    yield place;
    yield* runFields(part, place);
  }
  if (items) yield* runFields(items, `${path}[]`);
  if (additionalProperties) yield* runFields(additionalProperties, `${path}.*`);
  for (const part of anyOf) {
    if (resolveStandalone(part).notRun === undefined) yield* runFields(part, path);
  }
}

/** Fields that are marked as not run, without those below them. */
function* refusedFields(reference: Schema, path: string): Generator<string> {
  const { properties = {}, additionalProperties, items, anyOf = [] } = resolveStandalone(reference);
  for (const [name, part] of Object.entries(properties)) {
    const place = path ? `${path}.${name}` : name;
    if (resolveStandalone(part).notRun !== undefined) yield place;
    else yield* refusedFields(part, place);
  }
  if (items) yield* refusedFields(items, `${path}[]`);
  if (additionalProperties) yield* refusedFields(additionalProperties, `${path}.*`);
  for (const part of anyOf) yield* refusedFields(part, path);
}

/** Fields of the type that the gateway is written against. */
function* typedFields(type: ts.Type, checker: ts.TypeChecker, path: string): Generator<string> {
  if (type.isUnion()) {
    for (const part of type.types) yield* typedFields(part, checker, path);
    return;
  }
  if (!(type.flags & ts.TypeFlags.Object) || type.symbol?.name === 'Variable') return;
  if (checker.isArrayType(type)) {
    const [entry] = checker.getTypeArguments(type as ts.TypeReference);
    yield* typedFields(entry!, checker, `${path}[]`);
    return;
  }
  const values = type.getStringIndexType();
  if (values) yield* typedFields(values, checker, `${path}.*`);
  for (const property of type.getProperties()) {
    const place = path ? `${path}.${property.name}` : property.name;
    yield place;
    yield* typedFields(checker.getTypeOfSymbol(property), checker, place);
  }
}

function fieldsOfType(name: string): Set<string> {
  const options = {
    strict: true,
    noLib: false,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
  };
  const program = ts.createProgram([DOCUMENT], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(DOCUMENT)!;
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);
  const symbol = exported.find((candidate) => candidate.name === name)!;
  return new Set(typedFields(checker.getDeclaredTypeOfSymbol(symbol), checker, ''));
}

/** Names that code takes from values: `x.name`, `const { name } = x`, `'name' in x` and tables of such names. */
function namesRead(): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.add(node.name.text);
    else if (ts.isBindingElement(node)) names.add((node.propertyName ?? node.name).getText());
    else if (ts.isStringLiteral(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const layer of READERS) {
    for (const file of readdirSync(join(LIB, layer), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(join(LIB, layer, file), 'utf8');
      visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
    }
  }
  return names;
}

describe('a setting of the standalone file', () => {
  const stated = [...new Set(runFields(STANDALONE.document, ''))].sort();

  it('is one that the gateway is written against, or marked as not run', () => {
    const typed = fieldsOfType('StandaloneDocument');
    expect(stated.filter((field) => !typed.has(field))).toEqual([]);
    // The translator writes what agentgateway runs, more than this gateway does.
    const known = new Set([...stated, ...refusedFields(STANDALONE.document, '')]);
    const unstated = [...typed].filter((field) => !known.has(field));
    expect(unstated.filter((field) => !field.endsWith('.expression'))).toEqual([]);
  });

  it('is read by what runs it', () => {
    const names = namesRead();
    const unread = stated.map((field) => field.replace(/^.*\./, '').replace(/\[\]$/, ''));
    expect([...new Set(unread)].filter((name) => name !== '*' && !names.has(name)).sort()).toEqual(
      [...WITHOUT_EFFECT].sort(),
    );
  });
});
