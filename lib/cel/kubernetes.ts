import { CelError } from './cel-error';

/**
 * A validation rule of a CRD, ready to run over plain JSON as `self`: true where it holds, false where it is violated, an
 * error where it cannot be evaluated.
 */
export function validationRule(_expression: string): (self: unknown) => boolean | CelError {
  return () => new CelError('the engine is being built');
}
