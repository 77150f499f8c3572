import type { Expr } from '../expression';
import { type Macro, MacroProblem } from '../macro';
import { secretField } from './secret';

/** `jwt.rawToken.unredacted()`: what a placeholder stands for. */
export const UNREDACTED: Macro = {
  name: 'unredacted',
  receiver: true,
  arity: 0,
  doc: 'the value of a secret: apiKey.key.unredacted()',
  expand: ({ target, span }) => {
    if (target?.kind === 'select' && !target.test && !target.optional)
      return { ...target, field: secretField(target.field), span };
    const key = target?.kind === 'index' && !target.optional ? literalKey(target.index) : undefined;
    if (target?.kind === 'index' && key !== undefined)
      return { ...target, index: { ...target.index, value: secretField(key) } as Expr, span };
    return new MacroProblem(
      'unredacted() stands right behind a secret, as in `apiKey.key.unredacted()`',
      span,
    );
  },
};

function literalKey(expr: Expr): string | undefined {
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : undefined;
}
