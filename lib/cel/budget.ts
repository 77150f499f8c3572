import { CelError } from './cel-error';

/** The steps that an evaluation has left. */
export class Budget {
  constructor(private left: number) {}

  /**
   * Takes steps away.
   *
   * @throws CelError when none are left: the one kind of error that unwinds, since nothing may absorb it
   */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new CelError('the evaluation takes too many steps', 'too-costly');
  }
}
