import { type Document, isAlias, isMap, isNode, isScalar, type Pair, visit } from 'yaml';
import type { Step } from '../standalone/yaml-tree';
import {
  type Block,
  blockOf,
  endOfLine,
  lineBreak,
  reindented,
  startOfLine,
} from './yaml-edit-block';
import { type FieldPlace, fieldAt, isShared, nodesAlong, pairOf } from './yaml-edit-place';
import type { Splice } from './yaml-edit-text';

interface Move {
  readonly from: readonly Step[];
  readonly to: readonly Step[];
}

/** Where a block goes: the offset of a line, the column of its key, and a key that is written before it. */
interface Destination {
  readonly offset: number;
  readonly indent: number;
  readonly header?: string;
}

const USUAL_STEP = 2;

/**
 * Takes the lines of a field to another map, with their comments and only as much indentation more or less as that
 * takes. Nothing where that would touch more than those lines.
 */
export function moveSplices(text: string, document: Document, move: Move): Splice[] | undefined {
  const field = fieldAt(document, move.from);
  if (!field || holdsShared(field.pair)) return undefined;
  if (isUnwrapping(move)) return unwrapped(text, field);
  const map = field.above[field.above.length - 1];
  if (!isMap(map) || map.flow) return undefined;
  const block = blockOf(text, field.pair);
  const target = block && destination(text, document, { ...move, field, block });
  if (!block || !target) return undefined;
  if (map.items.length === 1 && !target.header) return undefined;
  const lines = reindented(linesOf(text, block), target.indent - block.indent);
  if (lines === undefined) return undefined;
  return placed(text, { block, target, lines, next: nextKey(map.items, field.pair) });
}

/** `a.b.b` goes to `a.b`: the fields inside take the place of the key around them. */
function isUnwrapping({ from, to }: Move): boolean {
  return from.length === to.length + 1 && to.every((step, index) => step === from[index]);
}

function unwrapped(text: string, { pair, key, above }: FieldPlace): Splice[] | undefined {
  const map = above[above.length - 1];
  const first = isMap(pair.value) && !pair.value.flow ? pair.value.items[0] : undefined;
  if (!isMap(map) || map.flow || map.items.length !== 1 || !first) return undefined;
  const outer = blockOf(text, pair);
  const inner = blockOf(text, first);
  if (!outer || !inner || outer.lead.includes('-') || inner.lead.includes('-')) return undefined;
  const keyLine = startOfLine(text, key.range[0]);
  const below = endOfLine(text, key.range[1]);
  if (!/^: *\r?\n$/.test(text.slice(key.range[1], below))) return undefined;
  const lines = reindented(text.slice(below, outer.end), outer.indent - inner.indent);
  return lines === undefined ? undefined : [{ start: keyLine, end: outer.end, text: lines }];
}

function holdsShared({ value }: Pair): boolean {
  let found = false;
  if (isNode(value)) {
    visit(value, {
      Node: (_, node) => {
        found ||= isShared(node) || isAlias(node);
      },
    });
  }
  return found;
}

/** The lines of a block, a dash before its key taken for a space. */
function linesOf(text: string, { start, end, indent, keyStart }: Block): string {
  const above = text.slice(start, startOfLine(text, keyStart));
  return `${above}${' '.repeat(indent)}${text.slice(keyStart, end)}`;
}

function nextKey(pairs: readonly Pair[], pair: Pair): number | undefined {
  const key = pairs[pairs.indexOf(pair) + 1]?.key;
  return isScalar(key) ? key.range?.[0] : undefined;
}

// ---------------------------------------------------------------- where to

interface Wanted extends Move {
  readonly field: FieldPlace;
  readonly block: Block;
}

function destination(text: string, document: Document, wanted: Wanted): Destination | undefined {
  const parent = wanted.to.slice(0, -1);
  if (wanted.to[parent.length] !== keyOf(wanted.field.pair)) return undefined;
  const nodes = nodesAlong(document, parent);
  if (!nodes) return beginning(text, document, wanted);
  const map = nodes[nodes.length - 1];
  if (isShared(map)) return undefined;
  if (isMap(map)) return map.flow ? undefined : within(text, map.items, wanted);
  return isScalar(map) && map.value === null ? below(text, document, parent) : undefined;
}

function keyOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** After the field of the map that the block comes from, else after its last one. */
function within(
  text: string,
  pairs: readonly Pair[],
  { from, to }: Wanted,
): Destination | undefined {
  const depth = to.length - 1;
  const isInside = to.slice(0, depth).every((step, index) => step === from[index]);
  const origin = isInside ? pairs.find((pair) => keyOf(pair) === String(from[depth])) : undefined;
  const neighbour = origin ?? pairs[pairs.length - 1];
  const block = neighbour && blockOf(text, neighbour);
  return block && { offset: block.end, indent: block.indent };
}

/** Below a key that has no value yet. */
function below(text: string, document: Document, parent: readonly Step[]): Destination | undefined {
  const empty = fieldAt(document, parent);
  if (!empty) return undefined;
  const [start, end] = empty.key.range;
  if (!/^: *(#.*)?\r?\n?$/.test(text.slice(end, endOfLine(text, end)))) return undefined;
  const indent = start - startOfLine(text, start) + stepOf(text, document);
  return { offset: endOfLine(text, end), indent };
}

/** The map itself is not there yet: it begins where the block stands. */
function beginning(
  text: string,
  document: Document,
  { from, to, field, block }: Wanted,
): Destination | undefined {
  const around = to.slice(0, -2);
  const name = to[to.length - 2];
  if (typeof name !== 'string' || around.length !== from.length - 1) return undefined;
  if (!around.every((step, index) => step === from[index])) return undefined;
  const map = field.above[field.above.length - 1];
  if (pairOf(map, name) || document.errors.length > 0) return undefined;
  return { offset: block.start, indent: block.indent + stepOf(text, document), header: name };
}

/** How much further in the fields of a map stand than its key, as this document has it. */
function stepOf(text: string, document: Document): number {
  let step: number | undefined;
  visit(document, {
    Pair: (_, { key, value }) => {
      const inner = isMap(value) && !value.flow ? value.items[0]?.key : undefined;
      if (!isScalar(key) || !isScalar(inner) || !key.range || !inner.range) return undefined;
      const difference = columnOf(text, inner.range[0]) - columnOf(text, key.range[0]);
      if (difference <= 0) return undefined;
      step = difference;
      return visit.BREAK;
    },
  });
  return step ?? USUAL_STEP;
}

function columnOf(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

// ---------------------------------------------------------------- the change of the text

interface Placed {
  readonly block: Block;
  readonly target: Destination;
  readonly lines: string;
  /** Where the key of the field behind the moved one begins. */
  readonly next: number | undefined;
}

function placed(text: string, { block, target, lines, next }: Placed): Splice[] | undefined {
  const { start, end, lead } = block;
  if (target.header !== undefined) {
    const header = `${lead}${target.header}:${lineBreak(text)}`;
    return [{ start, end, text: header + lines }];
  }
  const isFirstOfEntry = lead.includes('-');
  const staysHere = target.offset === start || target.offset === end;
  if (staysHere && !isFirstOfEntry) return [{ start, end, text: lines }];
  const cut = isFirstOfEntry ? cutFirst(text, block, next) : cutLines(text, block);
  return cut && [cut, inserted(text, target.offset, lines)];
}

/** The next field takes over the dash. */
function cutFirst(text: string, { end, start, lead }: Block, next?: number): Splice | undefined {
  if (next === undefined || startOfLine(text, next) !== end) return undefined;
  return { start, end: next, text: lead };
}

/** Where the last line has no end, neither has the one before it afterwards. */
function cutLines(text: string, { start, end }: Block): Splice {
  if (text[end - 1] === '\n') return { start, end, text: '' };
  const brk = lineBreak(text);
  const from = text.slice(0, start).endsWith(brk) ? start - brk.length : start;
  return { start: from, end, text: '' };
}

function inserted(text: string, offset: number, lines: string): Splice {
  const brk = lineBreak(text);
  const whole = lines.endsWith('\n') ? lines : lines + brk;
  if (offset === 0 || text[offset - 1] === '\n') return { start: offset, end: offset, text: whole };
  return { start: offset, end: offset, text: brk + whole.slice(0, -brk.length) };
}
