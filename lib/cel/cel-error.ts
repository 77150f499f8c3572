/** An evaluation that failed: a value like others, so that `||`, `&&` and macros can absorb it. */
export class CelError {
  constructor(readonly message: string) {}
}
