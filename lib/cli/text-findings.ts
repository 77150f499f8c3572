import { isScalar, type Node } from 'yaml';
import type { Diagnostic } from '../diagnostic';
import { expressionFaults, type Fault } from '../standalone/expression-faults';
import type { FindPlace } from '../standalone/expression-places';
import type { LineIndex } from '../standalone/line-index';
import { regexProblem } from '../standalone/regex';
import type { YamlTree } from '../standalone/yaml-tree';
import { offsetInScalar } from './scalar-offset';
import { type StatedNode, type Statement, statedNodes } from './statement-walk';

/** The definition that every field filled by an expression refers to, in either dialect. */
const EXPRESSION = 'Expression';

export interface TextSource {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly tree: YamlTree;
  /** Below which texts are looked for. */
  readonly root: Node | undefined;
  readonly statement: Statement;
  /** Whether `$NAME` stands for a value of the environment, and `$$` for a dollar. */
  readonly hasVariables: boolean;
  /** Where expressions stand. */
  readonly placeOf: FindPlace;
}

/** Expressions that are no CEL and patterns that are no regular expressions, each with the place inside of it. */
export function textFindings(source: TextSource): Diagnostic[] {
  const { root, tree, statement } = source;
  const found: Diagnostic[] = [];
  for (const stated of statedNodes(root, tree, statement)) {
    const { node, path } = stated;
    if (!isScalar(node) || typeof node.value !== 'string') continue;
    for (const { span, isShown: _, ...fault } of faultsOf(stated, node.value, source)) {
      const offset = offsetInScalar(source.text, node, span.start);
      const position = source.lines.position(offset);
      found.push({ severity: 'error', ...fault, path, source: source.path, ...position });
    }
  }
  return found;
}

function faultsOf(
  stated: StatedNode,
  value: string,
  { hasVariables, placeOf }: TextSource,
): Fault[] {
  if (stated.definition === EXPRESSION) {
    return hasVariables && DOLLAR.test(value) ? [] : expressionFaults(value, placeOf(stated.path));
  }
  if (!isPattern(stated) || (hasVariables && VARIABLE.test(value))) return [];
  const pattern = hasVariables ? value.replaceAll('$$', '$') : value;
  const problem = regexProblem(pattern);
  return problem ? [{ ...problem, span: { start: 0, end: pattern.length } }] : [];
}

/** A variable of the environment: what it will be is not known, and need not be an expression of its own. */
const DOLLAR = /(?<!\$)(?:\$\$)*\$(?!\$)/;

/** In patterns a `$` that begins no name is the end of the text. */
const VARIABLE = /(?<!\$)(?:\$\$)*\$[{A-Za-z_]/;

function isPattern({ schema, map }: StatedNode): boolean {
  if (schema?.regularExpression !== 'byType') return schema?.regularExpression === 'always';
  return map?.get('type') === 'RegularExpression';
}
