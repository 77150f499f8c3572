import type { Budget } from './budget';
import { CelError } from './cel-error';
import type { CelResult, MapView } from './value';

/** What an expression is evaluated over: its variables, as an object's own properties or as a view. */
export type Activation = Readonly<Record<string, unknown>> | MapView;

/**
 * One evaluation: the variables of the host, those of the macros, and the steps left. One is made for each, so it has no
 * base class, which would make that slower by half.
 */
export class Frame implements Budget {
  constructor(
    readonly activation: Activation,
    readonly slots: CelResult[],
    private left: number,
  ) {}

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new CelError('the evaluation takes too many steps', 'too-costly');
  }
}

/** A planned part of an expression. */
export type Step = (frame: Frame) => CelResult;
