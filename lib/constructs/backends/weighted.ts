import type { IRouteAnswer, RouteAnswerConfig, WeightedBackend } from '../route-answer';

/** Gateway API's own bounds. */
const MAX_WEIGHT = 1_000_000;
const MAX_BACKENDS = 16;

/** Several backends that share the requests of a rule by weight. */
export class WeightedBackends implements IRouteAnswer {
  /**
   * @example
   * WeightedBackends.of([{ backend: stable, weight: 90 }, { backend: canary, weight: 10 }])
   */
  public static of(backends: WeightedBackend[]): WeightedBackends {
    return new WeightedBackends(backends);
  }

  private readonly backends: WeightedBackend[];

  private constructor(backends: WeightedBackend[]) {
    if (backends.length < 1 || backends.length > MAX_BACKENDS)
      throw new Error(
        `WeightedBackends takes 1 to ${MAX_BACKENDS} backends, got ${backends.length}`,
      );
    for (const { weight = 1 } of backends) checkWeight(weight);
    if (backends.every(({ weight }) => weight === 0))
      throw new Error(
        'all weights are 0, so every request would be answered 500; give at least one backend a weight',
      );
    this.backends = [...backends];
  }

  public toRouteAnswerConfig(): RouteAnswerConfig {
    return { backends: this.backends };
  }
}

function checkWeight(weight: number): void {
  if (Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT) return;
  throw new Error(`weight must be a whole number from 0 to ${MAX_WEIGHT}, got ${weight}`);
}
