import { Budget } from './budget';
import type { CelResult, MapView } from './value';

/** What an expression is evaluated over: its variables, as an object's own properties or as a view. */
export type Activation = Readonly<Record<string, unknown>> | MapView;

/** One evaluation: the variables of the host, those of the macros, and the steps left. */
export class Frame extends Budget {
  constructor(
    readonly activation: Activation,
    readonly slots: CelResult[],
    steps: number,
  ) {
    super(steps);
  }
}

/** A planned part of an expression. */
export type Step = (frame: Frame) => CelResult;
