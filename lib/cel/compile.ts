import type { CelType } from './cel-type';
import { check } from './checker';
import type { Environment } from './environment';
import { parse } from './parser';
import type { Problem } from './problem';
import { Program } from './program';

export type Compiled =
  | { readonly program: Program; readonly type: CelType; readonly problems?: undefined }
  | {
      readonly program?: undefined;
      readonly type?: undefined;
      readonly problems: readonly Problem[];
    };

/**
 * A program from its source, or everything that is wrong with it. For more lenient readers: `parse`, then `new Program`,
 * which leaves unknown names and types to fail when they are met.
 *
 * @example
 * const { program, problems } = compile('jwt.sub == "alice"', environment);
 * if (problems) return problems.map((problem) => showProblem(source, problem));
 * program.evaluate({ jwt: { sub: 'alice' } }); // true
 */
export function compile(source: string, environment: Environment): Compiled {
  const { expr, problems } = parse(source, environment);
  if (!expr) return { problems };
  const checked = check(expr, environment);
  if (checked.problems.length > 0) return { problems: checked.problems };
  return { program: new Program(expr, environment), type: checked.type };
}
