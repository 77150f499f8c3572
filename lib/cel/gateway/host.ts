import { CelError } from '../cel-error';

/** What expressions may ask of the world. */
export interface Host {
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** For expressions that are checked and never run. */
export const NO_HOST: Host = {
  random: () => {
    throw new CelError('there is no source of random numbers here', 'host');
  },
};
