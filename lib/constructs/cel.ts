import { checkExpression, type ExpressionFinding, type Use } from '../cel/gateway/check-expression';
import { denyAnyway, denyOnlyWhereTrue } from '../cel/gateway/deny-anyway';
import { ALL_PHASES, type Phase } from '../cel/gateway/phase';

const MAX_LENGTH = 16_384;

/** That of most expressions first. */
const PHASES: readonly Phase[] = ['route', ...ALL_PHASES];

/** How a rule says that nobody is meant. */
const NOBODY = 'false';

/** An expression in CEL, which the gateway evaluates for each request. */
export class Cel {
  /**
   * @param expression for example `jwt.sub == "alice"`
   * @throws Error with the line and a caret, where it is no CEL, or names or compares what is not there
   */
  public static of(expression: string): Cel {
    if (expression.trim() === '' || expression.length > MAX_LENGTH)
      throw new Error(
        `a CEL expression must have 1 to ${MAX_LENGTH} characters, got ${expression.length}; write for example \`jwt.sub == "alice"\``,
      );
    const problems = problemsEverywhere(expression);
    if (problems.length > 0) throw new Error(`this expression can never work: ${shown(problems)}`);
    return new Cel(expression);
  }

  private constructor(private readonly expression: string) {}

  /** The expression as it was written. */
  public toString(): string {
    return this.expression;
  }

  /** @internal */
  public _toKube(): string {
    return this.expression;
  }

  /**
   * Throws where the expression cannot run in a phase, or cannot do what it is there for.
   *
   * @internal
   */
  public _checkUse(phase: Phase, use: Use, owner: string): void {
    const findings = checkExpression(this.expression, phase, use);
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(`a rule of ${owner} cannot work: ${shown(errors)}`);
    const never = findings.filter(({ code }) => code === 'never-true');
    if (never.length === 0 || this.expression.trim() === NOBODY) return;
    throw new Error(`a rule of ${owner} has no meaning: ${shown(never)}`);
  }

  /**
   * True as well where the expression fails, or gives neither true nor false.
   *
   * @internal
   */
  public _orTrue(phase: Phase): string {
    return denyAnyway(this.expression, phase);
  }

  /**
   * False where the expression fails, or gives neither true nor false.
   *
   * @internal
   */
  public _orFalse(phase: Phase): string {
    return denyOnlyWhereTrue(this.expression, phase);
  }
}

/** What is wrong with an expression wherever it stands; nothing where it can run in some phase. */
function problemsEverywhere(expression: string): readonly ExpressionFinding[] {
  const found = PHASES.map((phase) =>
    checkExpression(expression, phase).filter(({ severity }) => severity === 'error'),
  );
  if (found.some((problems) => problems.length === 0)) return [];
  // Of a phase that has what the expression names, if there is one.
  return found.find((problems) => problems.every(isInItself)) ?? found[0];
}

function isInItself({ code }: ExpressionFinding): boolean {
  return code !== 'other-phase';
}

function shown(findings: readonly ExpressionFinding[]): string {
  return findings.map((finding) => finding.shown).join('\n');
}
