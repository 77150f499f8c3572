import { certainlyMeant } from '../schema/did-you-mean';
import type { Schema } from '../schema/schema';
import { withAlternatives } from './fix-layout-alternatives';
import type { EntryLine } from './fix-layout-lines';

/** What a document is read as. */
export interface Statement {
  readonly whole: Schema;
  readonly resolve: (schema: Schema) => Schema;
}

/** A reading of all lines: the column that each entry belongs in, and on how many lines that is another one. */
export interface Layout {
  readonly columns: readonly number[];
  readonly moved: number;
}

/** A map or a list that is open, or a key that waits for one. */
interface Frame {
  readonly above: Frame | undefined;
  readonly kind: 'map' | 'list' | 'key';
  readonly schema: Schema;
  readonly names: readonly string[];
  /** Where its entries stand in the text, and where they belong. */
  readonly written: number;
  readonly column: number;
}

interface State {
  readonly frame: Frame;
  readonly index: number;
  readonly columns: readonly number[];
  readonly moved: number;
}

const MOST_STEPS = 20_000;
const MOST_LAYOUTS = 12;
const STEP = 2;

/**
 * The readings of lines that a statement allows, with every key where it is known and every list where one is wanted;
 * those that move the fewest lines first. Nothing where there are too many to look at.
 */
export function layouts(
  lines: readonly EntryLine[],
  { whole, resolve }: Statement,
): Layout[] | undefined {
  const resolveAll = withAlternatives(resolve);
  return new Search(lines, resolveAll).run(resolveAll(whole));
}

class Search {
  /** States by the number of lines that they move. */
  readonly #pending: State[][] = [];
  readonly #listStep: number;
  #steps = 0;

  constructor(
    private readonly lines: readonly EntryLine[],
    private readonly resolve: (schema: Schema) => Schema,
  ) {
    this.#listStep = listStepOf(lines);
  }

  run(whole: Schema): Layout[] | undefined {
    const written = this.lines[0]?.column ?? 0;
    const root: Frame = {
      above: undefined,
      kind: 'map',
      schema: whole,
      names: [],
      written,
      column: written,
    };
    this.#push({ frame: root, index: 0, columns: [], moved: 0 });
    const found: Layout[] = [];
    for (let state = this.#next(); state; state = this.#next()) {
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) return undefined;
      if (state.index === this.lines.length) {
        if (state.frame.kind === 'key') continue;
        found.push({ columns: state.columns, moved: state.moved });
        if (found.length > MOST_LAYOUTS) return undefined;
      } else this.#expand(state);
    }
    return found;
  }

  #push(state: State): void {
    this.#pending[state.moved] ??= [];
    this.#pending[state.moved]!.push(state);
  }

  #next(): State | undefined {
    return this.#pending.find((states) => states && states.length > 0)?.pop();
  }

  /** A key that waits takes what comes next; else the entry goes into any map or list that is open. */
  #expand(state: State): void {
    const entry = this.lines[state.index]!;
    if (state.frame.kind === 'key') {
      const inner = this.#begun(state.frame, entry);
      if (inner) this.#enter(state, inner, entry);
      return;
    }
    for (let frame: Frame | undefined = state.frame; frame; frame = frame.above) {
      if (frame.kind !== 'key') this.#enter(state, frame, entry);
    }
  }

  #begun(key: Frame, entry: EntryLine): Frame | undefined {
    const { schema } = key;
    const kind = entry.isItem ? 'list' : 'map';
    const fits = entry.isItem ? !!schema.items : isMapLike(schema);
    if (!fits) return undefined;
    const deeper = entry.column - key.written;
    const isDeeper = deeper > 0 || (deeper === 0 && entry.isItem && this.#listStep === 0);
    const step = entry.isItem ? this.#listStep : STEP;
    const column = key.column + (isDeeper ? deeper : step);
    return { above: key.above, kind, schema, names: [], written: entry.column, column };
  }

  #enter(state: State, frame: Frame, entry: EntryLine): void {
    if ((frame.kind === 'list') !== entry.isItem) return;
    const stays = frame.column === entry.column;
    const placed = {
      index: state.index + 1,
      columns: [...state.columns, frame.column],
      moved: state.moved + (stays ? 0 : 1),
    };
    if (frame.kind === 'map') {
      const next = this.#withField(frame, entry);
      if (next) this.#push({ ...placed, frame: next });
      return;
    }
    const next = this.#withItem(frame, entry);
    if (next) this.#push({ ...placed, frame: next });
  }

  #withItem(list: Frame, entry: EntryLine): Frame | undefined {
    const schema = this.resolve(list.schema.items!);
    if (entry.key === undefined) return accepts(schema, entry.value) === 'value' ? list : undefined;
    const written = entry.inner;
    const column = list.column + entry.inner - entry.column;
    const map: Frame = { above: list, kind: 'map', schema, names: [], written, column };
    return isMapLike(schema) ? this.#withField(map, entry) : undefined;
  }

  #withField(
    map: Frame,
    { key = '', value, column: at, inner, isItem }: EntryLine,
  ): Frame | undefined {
    if (map.names.includes(key)) return undefined;
    const property = fieldSchema(map.schema, key);
    if (!property) return undefined;
    const schema = this.resolve(property);
    const kind = accepts(schema, value);
    if (!kind) return undefined;
    const open = { ...map, names: [...map.names, key] };
    if (kind === 'value') return open;
    const written = isItem ? inner : at;
    return { above: open, kind: 'key', schema, names: [], written, column: map.column };
  }
}

/** How much further in than their key the lists of this document stand. */
function listStepOf(lines: readonly EntryLine[]): number {
  for (const [index, entry] of lines.entries()) {
    const key = lines[index - 1];
    const isFirst = entry.isItem && key?.key !== undefined && key.value === '';
    if (isFirst && entry.column > key.inner) return entry.column - key.inner;
  }
  return 0;
}

function isMapLike(schema: Schema): boolean {
  return !!schema.properties || !!schema.additionalProperties;
}

function fieldSchema(
  { properties, additionalProperties }: Schema,
  key: string,
): Schema | undefined {
  if (!properties) return additionalProperties;
  if (Object.hasOwn(properties, key)) return properties[key];
  const meant = certainlyMeant(key, Object.keys(properties));
  return (meant && properties[meant]) || additionalProperties;
}

/** Whether a value may stand here, or lines of its own must follow. */
function accepts(schema: Schema, value: string): 'value' | 'lines' | undefined {
  const takesLines = isMapLike(schema) || !!schema.items;
  if (value === '') {
    if (takesLines) return 'lines';
    return schema.nullable || schema.type === 'null' || !schema.type ? 'value' : undefined;
  }
  if (value.startsWith('{'))
    return isMapLike(schema) || !isScalarType(schema) ? 'value' : undefined;
  if (value.startsWith('[')) return schema.items || !schema.type ? 'value' : undefined;
  if (schema.type && !isScalarType(schema)) return undefined;
  return isPlausible(schema, value) ? 'value' : undefined;
}

function isScalarType({ type }: Schema): boolean {
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean';
}

function isPlausible(schema: Schema, value: string): boolean {
  const bare = value.replace(/^(["'])(.*)\1$/, '$2');
  if (schema.enum) {
    const allowed = schema.enum.map(String);
    return allowed.includes(bare) || certainlyMeant(bare, allowed) !== undefined;
  }
  if (schema.type === 'boolean') return bare === 'true' || bare === 'false';
  if (schema.type === 'integer' || schema.type === 'number') return /^-?[0-9.]+$/.test(bare);
  return true;
}
