import { CelError } from '../cel-error';
import { check } from '../checker';
import { parse } from '../parser';
import type { Problem } from '../problem';
import { Program } from '../program';
import { type CelResult, typeName } from '../value';
import type { GatewayActivation } from './activation';
import { environmentFor } from './environment';
import type { Host } from './host';
import type { Phase } from './phase';
import { reads } from './reads';

export type CompiledRule =
  | { readonly rule: Rule; readonly problems?: undefined }
  | { readonly rule?: undefined; readonly problems: readonly Problem[] };

/** An expression that decides, ready to run. */
export class Rule {
  /** What it may read: `request.body`, `jwt.sub`, `jwt`. */
  readonly reads: ReadonlySet<string>;

  constructor(
    readonly source: string,
    private readonly program: Program,
  ) {
    this.reads = reads(program.expr);
  }

  /** Whether it gives true. What fails, or gives no bool, does not. */
  matches(activation: GatewayActivation): boolean {
    return this.program.evaluate(activation) === true;
  }

  /** What it gives; an error where it fails. */
  evaluate(activation: GatewayActivation): CelResult {
    return this.program.evaluate(activation);
  }

  /** Why it decides nothing, if so: for whoever debugs it. */
  failure(activation: GatewayActivation): CelError | undefined {
    const result = this.program.evaluate(activation);
    if (result instanceof CelError) return result;
    if (typeof result === 'boolean') return undefined;
    return new CelError(`a rule gives a bool, not a value of type ${typeName(result)}`);
  }
}

/**
 * A rule from its source, or everything that is wrong with it.
 *
 * @example
 * const { rule, problems } = compileRule('jwt.sub == "alice"', 'route', { random });
 * if (problems) return problems.map((problem) => showProblem(source, problem));
 * rule.matches(activation({ jwt })); // true
 */
export function compileRule(source: string, phase: Phase, host?: Host): CompiledRule {
  const environment = environmentFor(phase, host);
  const { expr, problems } = parse(source, environment);
  if (!expr) return { problems };
  const checked = check(expr, environment);
  if (checked.problems.length > 0) return { problems: checked.problems };
  return { rule: new Rule(source, new Program(expr, environment)) };
}
