import { isScalar, Scalar } from 'yaml';

type Value = string | number | boolean;

/** Words that readers of YAML 1.1, such as kubectl, take for something else than text. */
const NOT_TEXT = /^(y|n|yes|no|on|off|true|false|null)$/i;
/** Begins with a letter and holds nothing that could mean something in YAML. */
const PLAIN = /^[A-Za-z]([A-Za-z0-9/._-]*[A-Za-z0-9/])?$/;

/** How a value is written in the place of a scalar, in the quotes that stand there already. */
export function scalarText(value: Value, former: Scalar): string {
  if (typeof value !== 'string') return String(value);
  if (former.type === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  if (former.type === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  if (isQuotedOnly(value, former)) return JSON.stringify(former.source);
  return PLAIN.test(value) && !NOT_TEXT.test(value) ? value : JSON.stringify(value);
}

/** `1.10` without quotes is the number 1.1; who means a text there means what is written. */
function isQuotedOnly(value: string, { value: former, source }: Scalar): boolean {
  return typeof former !== 'string' && String(former) === value && source !== undefined;
}

/** Whether a scalar can be replaced in place: on one line, without tag or anchor. */
export function isReplaceable(node: unknown): node is Scalar & { range: [number, number, number] } {
  if (!isScalar(node) || node.anchor || node.tag || !node.range) return false;
  return node.type !== Scalar.BLOCK_FOLDED && node.type !== Scalar.BLOCK_LITERAL;
}
