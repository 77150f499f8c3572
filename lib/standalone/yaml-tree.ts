import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Side } from './side';

/** A step into a value: a key of a map, or an index of a list. */
export type Step = string | number;

/** What a path of a document leads to, or as much of it as is written. */
export interface Place {
  /** In the text. */
  readonly offset: number;
  readonly node: Node | undefined;
  /** Whether all of the path is written. */
  readonly isComplete: boolean;
}

/** Why a document has no value, and where. */
export interface ValueProblem {
  readonly problem: string;
  readonly offset: number;
}

export interface TreeOptions {
  /** Whether `<<` merges other maps into its own. */
  readonly mergeKeys: boolean;
}

/** Aliases may repeat what they name, but not so often that the whole has more parts than this. */
const MOST_PARTS = 2_000_000;

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g;

/** `spec.rules[0]["odd key"].name` as its steps. */
export function stepsOf(path: string): Step[] {
  return [...path.matchAll(STEP)].map(([, key, index, name]) =>
    index !== undefined ? Number(index) : (name ?? unquoted(key!)),
  );
}

function unquoted(key: string): string {
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return key;
  }
}

/** A document of YAML as plain JSON, and where its parts stand in the text. */
export class YamlTree {
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(
    readonly document: Document,
    private readonly options: TreeOptions,
  ) {
    this.#targets = aliasTargets(document);
  }

  /** As JSON: what an alias names is shared, never copied. */
  value(): { value: unknown } | ValueProblem {
    const reader = new ValueReader((node) => this.resolved(node), this.options);
    try {
      return { value: reader.read(this.document.contents) };
    } catch (error) {
      if (error instanceof Unreadable) return error;
      throw error;
    }
  }

  /**
   * Where a path stands in the text. A map or list is pointed at by its key, since it may begin lines below; what an
   * alias or a merge key brings, where it was written.
   */
  place(steps: readonly Step[], side: Side): Place {
    let node = this.resolved(this.document.contents);
    let offset = startOf(node) ?? 0;
    let taken = 0;
    for (const step of steps) {
      const next = this.#entry(node, step);
      if (!next) break;
      taken += 1;
      node = next.value;
      offset = next.offset;
    }
    const isComplete = taken === steps.length;
    const wantsText = isComplete && side === 'value' && isScalar(node) && isWritten(node);
    return { offset: wantsText ? startOf(node)! : offset, node, isComplete };
  }

  /** What an alias stands for. */
  resolved(node: unknown): Node | undefined {
    if (isAlias(node)) return this.#targets.get(node);
    return isNode(node) ? node : undefined;
  }

  #entry(
    node: Node | undefined,
    step: Step,
  ): { value: Node | undefined; offset: number } | undefined {
    if (isSeq(node)) {
      const item = node.items[Number(step)];
      return isNode(item) ? { value: this.resolved(item), offset: startOf(item) ?? 0 } : undefined;
    }
    const pair = this.#pair(node, String(step), 0);
    return pair && { value: this.resolved(pair.value), offset: startOf(pair.key) ?? 0 };
  }

  /** The entries of a map by key: findings may be many, and so may be the keys of a map. */
  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known) return known;
    const pairs = new Map<string, Pair>();
    for (const pair of map.items) {
      const key = keyText(pair.key);
      if (key !== undefined && !pairs.has(key)) pairs.set(key, pair);
    }
    this.#pairs.set(map, pairs);
    return pairs;
  }

  /** Its own entry, or one that a merge key brings in. */
  #pair(node: unknown, key: string, depth: number): Pair | undefined {
    if (!isMap(node)) return undefined;
    const own = this.#pairsOf(node).get(key);
    if (own || depth > DEEPEST_MERGE || !this.options.mergeKeys) return own;
    for (const { value } of node.items.filter(isMerge)) {
      for (const source of mergeSources(this.resolved(value))) {
        const found = this.#pair(this.resolved(source), key, depth + 1);
        if (found) return found;
      }
    }
    return undefined;
  }
}

const DEEPEST_MERGE = 10;

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isWritten({ range }: Node): boolean {
  return range !== undefined && range !== null && range[1] > range[0];
}

/** The last anchor of that name before the alias. */
function aliasTargets(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

// ---------------------------------------------------------------- values

class Unreadable implements ValueProblem {
  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {}
}

const CIRCLE = 'the alias stands inside of what it names';
const BOMB = `aliases repeat what they name more often than any configuration does`;

class ValueReader {
  /** Values of anchors, shared by their aliases, and how many parts each has. */
  readonly #known = new Map<Node, { value: unknown; parts: number }>();
  readonly #open = new Set<Node>();
  #parts = 0;

  constructor(
    private readonly resolve: (node: unknown) => Node | undefined,
    private readonly options: TreeOptions,
  ) {}

  read(node: unknown): unknown {
    if (isAlias(node)) return this.#alias(node);
    if (!isNode(node)) return null;
    this.#count(1, node);
    if (isScalar(node)) return this.#keep(node, scalarValue(node), 1);
    const before = this.#parts;
    this.#open.add(node);
    const value = isSeq(node) ? node.items.map((item) => this.read(item)) : this.#map(node);
    this.#open.delete(node);
    return this.#keep(node, value, this.#parts - before + 1);
  }

  #keep(node: Node, value: unknown, parts: number): unknown {
    if ('anchor' in node && node.anchor) this.#known.set(node, { value, parts });
    return value;
  }

  #alias(alias: Alias): unknown {
    const target = this.resolve(alias);
    if (!target) throw new Unreadable('the alias has no anchor before it', startOf(alias) ?? 0);
    if (this.#open.has(target)) throw new Unreadable(CIRCLE, startOf(alias) ?? 0);
    const known = this.#known.get(target);
    if (!known) return this.read(target);
    this.#count(known.parts, alias);
    return known.value;
  }

  #count(parts: number, node: Node): void {
    this.#parts += parts;
    if (this.#parts > MOST_PARTS) throw new Unreadable(BOMB, startOf(node) ?? 0);
  }

  #map(node: Node): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    if (!isMap(node)) return map;
    for (const pair of node.items) {
      if (this.options.mergeKeys && isMerge(pair)) continue;
      const key = keyText(pair.key);
      if (key === undefined)
        throw new Unreadable('a key must be a text', startOf(pair.key) ?? startOf(node) ?? 0);
      set(map, key, this.read(pair.value));
    }
    if (this.options.mergeKeys) this.#merge(map, node);
    return map;
  }

  #merge(map: Record<string, unknown>, node: YAMLMap): void {
    for (const { key, value } of node.items.filter(isMerge)) {
      const merged = this.read(value);
      for (const source of Array.isArray(merged) ? merged : [merged]) {
        if (typeof source !== 'object' || source === null || Array.isArray(source)) {
          throw new Unreadable('`<<` merges maps only', startOf(key) ?? 0);
        }
        for (const [name, inner] of Object.entries(source)) {
          if (!Object.hasOwn(map, name)) set(map, name, inner);
        }
      }
    }
  }
}

/** Also for `__proto__`, which an assignment would take for something else. */
function set(map: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}

function scalarValue({ value }: Scalar): unknown {
  return value === undefined ? null : value;
}

function keyText(key: unknown): string | undefined {
  if (isScalar(key)) return typeof key.value === 'symbol' ? '<<' : String(key.value ?? 'null');
  return key === null ? 'null' : undefined;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && (!key.type || key.type === Scalar.PLAIN);
}

function mergeSources(node: Node | undefined): readonly unknown[] {
  return isSeq(node) ? node.items : [node];
}
