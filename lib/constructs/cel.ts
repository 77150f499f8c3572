import { environmentFor } from '../cel/gateway/environment';
import { parse } from '../cel/parser';
import { type Problem, showProblem } from '../cel/problem';

const MAX_LENGTH = 16_384;

/** An expression in CEL, which the gateway evaluates for each request. */
export class Cel {
  /**
   * @param expression for example `jwt.sub == "alice"`
   * @throws Error with the line and a caret, where it is no CEL
   */
  public static of(expression: string): Cel {
    if (expression.trim() === '' || expression.length > MAX_LENGTH)
      throw new Error(
        `a CEL expression must have 1 to ${MAX_LENGTH} characters, got ${expression.length}; write for example \`jwt.sub == "alice"\``,
      );
    const { problems = [] } = parse(expression, environmentFor('route'));
    if (problems.length > 0) throw new Error(described(expression, problems));
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
   * True as well where the expression fails: agentgateway takes a failure for false, and so would let pass whom a rule
   * that denies was meant for.
   *
   * @internal
   */
  public _orTrue(): string {
    const { expression } = this;
    // A comment at its end would go on to the end of the line.
    const end = expression.includes('//') ? '\n' : '';
    return `coalesce(${expression}${end}, true)`;
  }
}

function described(expression: string, problems: readonly Problem[]): string {
  const shown = problems.map((problem) => showProblem(expression, problem));
  return `this is no CEL expression: ${shown.join('\n')}`;
}
