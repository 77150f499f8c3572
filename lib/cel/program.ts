import { CelError } from './cel-error';
import type { Environment } from './environment';
import type { Expr } from './expression';
import { type Activation, Frame } from './frame';
import { DEFAULT_LIMITS } from './limits';
import { plan } from './planner';
import type { CelResult } from './value';

const NO_SLOTS: CelResult[] = [];

/** An expression that is ready to run, any number of times. */
export class Program {
  private readonly step;
  private readonly slots: number;
  private readonly cost: number;

  /** @param expr - as `parse` gave it; what `check` would find fails when it is run */
  constructor(
    readonly expr: Expr,
    environment: Environment,
  ) {
    const { step, slots } = plan(expr, environment);
    this.step = step;
    this.slots = slots;
    this.cost = (environment.limits ?? DEFAULT_LIMITS).cost;
  }

  /** What the expression gives over these variables. Never throws; what fails is an error as a value. */
  evaluate(activation: Activation): CelResult {
    try {
      return this.step(
        new Frame(activation, this.slots === 0 ? NO_SLOTS : new Array(this.slots), this.cost),
      );
    } catch (error) {
      return unwound(error);
    }
  }
}

function unwound(error: unknown): CelError {
  if (error instanceof CelError) return error;
  if (error instanceof RangeError && /stack/i.test(error.message))
    return new CelError('the values are nested too deeply', 'too-deep');
  const reason = error instanceof Error ? error.message : String(error);
  return new CelError(`a value could not be read: ${reason}`, 'host');
}
