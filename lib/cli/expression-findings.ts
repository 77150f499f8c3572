import { isScalar, type Node } from 'yaml';
import { parse } from '../cel/parser';
import { STANDARD } from '../cel/standard';
import type { Diagnostic } from '../diagnostic';
import type { LineIndex } from '../standalone/line-index';
import type { YamlTree } from '../standalone/yaml-tree';
import { offsetInScalar } from './scalar-offset';
import { type Statement, statedNodes } from './statement-walk';

/** The definition that every field filled by an expression refers to, in either dialect. */
const EXPRESSION = 'Expression';

export interface ExpressionSource {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly tree: YamlTree;
  /** Below which expressions are looked for. */
  readonly root: Node | undefined;
  readonly statement: Statement;
  /** Whether `$NAME` stands for a value of the environment, and `$$` for a dollar. */
  readonly hasVariables: boolean;
}

/** A variable of the environment: what it will be is not known, and need not be an expression of its own. */
const VARIABLE = /(?<!\$)(?:\$\$)*\$(?!\$)/;

/** Expressions that are no CEL, each with the place inside of it. */
export function expressionFindings(source: ExpressionSource): Diagnostic[] {
  const { root, tree, statement, hasVariables } = source;
  const found: Diagnostic[] = [];
  for (const { node, path, definition } of statedNodes(root, tree, statement)) {
    if (definition !== EXPRESSION || !isScalar(node) || typeof node.value !== 'string') continue;
    if (hasVariables && VARIABLE.test(node.value)) continue;
    const [problem] = parse(node.value, STANDARD).problems ?? [];
    if (!problem) continue;
    const offset = offsetInScalar(source.text, node, problem.span.start);
    found.push({
      severity: 'error',
      code: 'InvalidExpression',
      message: `this is no CEL expression: ${problem.message}`,
      path,
      source: source.path,
      ...source.lines.position(offset),
    });
  }
  return found;
}
