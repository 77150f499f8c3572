import type { CelType } from './cel-type';
import type { FunctionRow } from './function-table';
import type { Limits } from './limits';
import type { Macro } from './macro';

/** What an expression may name: data, from which `compile` makes a program. */
export interface Environment {
  readonly variables: Readonly<Record<string, CelType>>;
  /** Names that nobody declared are variables too, of any type. @default false - they are errors */
  readonly open?: boolean;
  readonly functions: readonly FunctionRow[];
  readonly macros: readonly Macro[];
  /** The namespace in which names are looked up first: in `a.b`, `x` may mean `a.b.x` or `a.x`. @default - none */
  readonly container?: string;
  /** The name of a field where it is written otherwise, as Kubernetes does. @default - as it is written */
  readonly fieldName?: (written: string) => string;
  /** Whether `a in b` asks for a part where both turn out to be strings. @default false - it fails */
  readonly textInText?: boolean;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Limits;
}

/** An environment with more in it. */
export function extend(base: Environment, more: Partial<Environment>): Environment {
  return {
    ...base,
    ...more,
    variables: { ...base.variables, ...more.variables },
    functions: [...base.functions, ...(more.functions ?? [])],
    macros: [...base.macros, ...(more.macros ?? [])],
  };
}

/** The rows of one name, found once per environment. */
export class FunctionIndex {
  private readonly byName = new Map<string, FunctionRow[]>();

  constructor(rows: readonly FunctionRow[]) {
    for (const row of rows) {
      const known = this.byName.get(row.name);
      if (known) known.push(row);
      else this.byName.set(row.name, [row]);
    }
  }

  named(name: string, receiver: boolean): readonly FunctionRow[] {
    return this.byName.get(name)?.filter((row) => row.receiver === receiver) ?? [];
  }

  /** Names a user may write, operators left out. */
  names(receiver: boolean): readonly string[] {
    return [...this.byName.keys()].filter(
      (name) => /^\w/.test(name) && !name.includes('_') && this.named(name, receiver).length > 0,
    );
  }
}

const indexes = new WeakMap<readonly FunctionRow[], FunctionIndex>();

export function functionsOf(environment: Environment): FunctionIndex {
  const known = indexes.get(environment.functions);
  if (known) return known;
  const made = new FunctionIndex(environment.functions);
  indexes.set(environment.functions, made);
  return made;
}

/** The full names that a name may stand for, the most local first. */
export function candidateNames(container: string | undefined, name: string): readonly string[] {
  const parts = container ? container.split('.') : [];
  const prefixes = parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
  return [...prefixes.map((prefix) => `${prefix}.${name}`), name];
}
