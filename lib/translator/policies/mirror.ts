import type { RoutePolicies } from '../../standalone/document';
import { translateMirrorRef } from '../backends/backend-ref';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';

type Mirror = NonNullable<RoutePolicies['requestMirror']>;

/** A copy of a share of the requests; without one it is all of them. A mirror that does not resolve copies nothing. */
export function translateMirror(
  mirror: Fields,
  route: KubeObject,
  context: Context,
): Mirror | undefined {
  const reference = mirror.fields('backendRef');
  if (!reference) {
    mirror.findings.error('Required', mirror.at('backendRef'), 'a mirror needs a `backendRef`');
    return undefined;
  }
  const target = translateMirrorRef(reference, route, context);
  return target && { backend: { host: target.host }, percentage: share(mirror) };
}

/** Between 0 and 1. */
function share(mirror: Fields): number {
  const fraction = mirror.fields('fraction');
  const numerator = fraction?.number('numerator') ?? mirror.number('percent') ?? 100;
  const denominator = fraction?.number('denominator') ?? 100;
  if (denominator > 0 && numerator >= 0) return Math.min(numerator / denominator, 1);
  mirror.findings.error('Invalid', mirror.path, 'the share of a mirror is not between 0 and 1');
  return 0;
}
