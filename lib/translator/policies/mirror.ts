import type { RoutePolicies } from '../../standalone/document';
import { resolveTarget } from '../backends/target';
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
  const { target } = resolveTarget(reference, route, context);
  if (!target) return undefined;
  const unsaid = ['backendTLS', 'backendAuth'].filter((name) => name in (target.policies ?? {}));
  if (unsaid.length > 0) {
    reference.findings.error(
      'Unsupported',
      reference.at('name'),
      `a standalone file cannot say \`${unsaid.join('` and `')}\` of a mirror, so copies would go there without`,
      'mirror to a Service or a backend without them, or run this with agentgateway',
    );
    return undefined;
  }
  return { backend: { host: target.host }, percentage: share(mirror) };
}

const MOST = 2 ** 31 - 1;

/** Between 0 and 1. */
function share(mirror: Fields): number {
  const fraction = mirror.fields('fraction');
  if (!fraction) return (mirror.integer('percent', 0, 100) ?? 100) / 100;
  const denominator = fraction.integer('denominator', 1, MOST) ?? 100;
  return (fraction.integer('numerator', 0, denominator) ?? 0) / denominator;
}
