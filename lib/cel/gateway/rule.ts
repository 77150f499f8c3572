import { CelError } from '../cel-error';
import { parse } from '../parser';
import type { Problem } from '../problem';
import { Program } from '../program';
import { type CelResult, typeName } from '../value';
import type { GatewayActivation } from './activation';
import { environmentFor } from './environment';
import type { Host } from './host';
import type { Phase } from './phase';
import { problemsIn } from './phase-check';
import { reads } from './reads';
import { isUnredacted } from './secret';

export type CompiledRule =
  | { readonly rule: Rule; readonly problems?: undefined }
  | { readonly rule?: undefined; readonly problems: readonly Problem[] };

/** An expression that decides, ready to run. */
export class Rule {
  /** What it may read: `request.body`, `jwt.sub`, `jwt`. */
  readonly reads: ReadonlySet<string>;
  private readonly readsSecret: boolean;

  constructor(
    readonly source: string,
    private readonly program: Program,
  ) {
    this.reads = reads(program.expr);
    this.readsSecret = [...this.reads].some(isUnredacted);
  }

  /** Whether it gives true. What fails, or gives no bool, does not. */
  matches(activation: GatewayActivation): boolean {
    return this.program.evaluate(activation) === true;
  }

  /** What it gives; an error where it fails. */
  evaluate(activation: GatewayActivation): CelResult {
    const result = this.program.evaluate(activation);
    return result instanceof CelError && this.readsSecret ? withoutValues(result) : result;
  }

  /** Why it decides nothing, if so: for whoever debugs it. */
  failure(activation: GatewayActivation): CelError | undefined {
    const result = this.evaluate(activation);
    if (result instanceof CelError) return result;
    if (typeof result === 'boolean') return undefined;
    return new CelError(`a rule gives a bool, not a value of type ${typeName(result)}`);
  }
}

/** Messages quote what functions were given. */
function withoutValues({ code, at }: CelError): CelError {
  return new CelError(`the expression failed on values that are kept secret: ${code}`, code, at);
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
  const found = problemsIn(expr, phase);
  if (found.length > 0) return { problems: found };
  return { rule: new Rule(source, new Program(expr, environment)) };
}
