import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXPLANATIONS, explanationText, findingsPage } from '../../lib/cli/codes';

const LIB = join(__dirname, '..', '..', 'lib');

/** `Invalid`, `BackendNotFound`; the codes of Node's errors are all capitals. */
const CODE = /^[A-Z][a-z]+(?:[A-Z]+[a-z]+)*$/;

/** Functions whose first or second argument is a code: `findings.error('Invalid', …)`, `this.#report(offset, 'Invalid', …)`. */
const REPORTING = /^#?(?:error|warning|report[A-Za-z]*|kindFinding|syntaxError|finding)$/;

function literals(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node))
    return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isAsExpression(node)) return literals(node.expression);
  if (ts.isUnionTypeNode(node)) return node.types.flatMap(literals);
  return ts.isLiteralTypeNode(node) ? literals(node.literal) : [];
}

function codesAt(node: ts.Node): string[] {
  const name =
    'name' in node && node.name && ts.isIdentifier(node.name as ts.Node)
      ? (node.name as ts.Identifier).text
      : '';
  if (name === 'code') {
    if (ts.isPropertyAssignment(node)) return literals(node.initializer);
    if (ts.isVariableDeclaration(node) && node.initializer) return literals(node.initializer);
    if (ts.isPropertySignature(node) && node.type) return literals(node.type);
  }
  if (!ts.isCallExpression(node)) return [];
  const called = ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name
    : node.expression;
  if (!REPORTING.test(called.getText())) return [];
  return node.arguments.slice(0, 2).flatMap(literals);
}

/** Every code that a finding of any layer is made with. */
function codesIn(text: string): string[] {
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    found.push(...codesAt(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((code) => CODE.test(code));
}

function sources(): string[] {
  return readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(LIB, file), 'utf8'));
}

describe('the codes of findings', () => {
  it('are found in every way in which findings are made', () => {
    const text = `
      const a = { code: 'One', message: '' };
      const b = { code: x ? 'Two' : 'Three' };
      const code = x ? 'Four' : 'Five';
      findings.error('Six', 'path', 'a text');
      this.#report(0, 'Seven', 'A text');
      interface V { readonly code?: 'Eight' | 'Nine' }
      const node = { code: 'ECONNRESET' };
    `;
    expect(codesIn(text)).toEqual([
      'One',
      'Two',
      'Three',
      'Four',
      'Five',
      'Six',
      'Seven',
      'Eight',
      'Nine',
    ]);
  });

  it('all have a paragraph, and nothing else has', () => {
    const used = new Set(sources().flatMap(codesIn));
    expect(used.size).toBeGreaterThan(30);
    expect(Object.keys(EXPLANATIONS).sort()).toEqual([...used].sort());
  });

  it('are explained on the page of findings: run vitest with -u when this fails', async () => {
    await expect(findingsPage()).toMatchFileSnapshot(join(LIB, '..', 'docs', 'findings.md'));
  });
});

describe.each(Object.entries(EXPLANATIONS))('%s', (code, { title, paragraph }) => {
  it('is explained in a sentence and a paragraph', () => {
    expect(title).toMatch(/^[a-z].*[^.]$/);
    expect(paragraph).toMatch(/^(?:[A-Z`]|agentgateway).*\.$/);
    expect(paragraph.length).toBeGreaterThan(80);
    expect(
      explanationText(code)
        .split('\n')
        .every((line) => line.length <= 110),
    ).toBe(true);
  });
});

const EXAMPLES = Object.entries(EXPLANATIONS).flatMap(([code, { example }]) =>
  example === undefined ? [] : [{ code, example }],
);

it.each(EXAMPLES)(
  'the example of $code is YAML, but for what shows how it is none',
  ({ code, example }) => {
    if (code === 'InvalidYaml') expect(() => parse(example)).toThrow();
    else expect(() => parse(example, { uniqueKeys: false })).not.toThrow();
  },
);
