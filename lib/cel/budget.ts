/** The steps that an evaluation has left. */
export interface Budget {
  /**
   * Takes steps away.
   *
   * @throws CelError when none are left: the one kind of error that unwinds, since nothing may absorb it
   */
  spend(steps: number): void;
}
