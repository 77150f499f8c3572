import { EffectivePolicies } from '../gateway/effective-policies';
import type { NormalDocument, NormalPolicies } from '../standalone/normal-document';

/** The policies that a request meets in one phase, as far as they speak of tokens. */
export interface TokenPhase {
  readonly phase: 'gateway' | 'route';
  readonly jwtAuth?: NormalPolicies['jwtAuth'];
  readonly authorization?: NormalPolicies['authorization'];
}

/** Routes that one and the same policies guard. */
export interface TokenPlace {
  readonly listener: string;
  /** `namespace/name`. Empty for a listener that has none. */
  readonly routes: readonly string[];
  /** In the order in which a request meets them. */
  readonly phases: readonly TokenPhase[];
}

export interface TokenPlaces {
  readonly guarded: readonly TokenPlace[];
  /** Routes on which nothing looks at a token, each with its listener: `http default/open`. */
  readonly unguarded: readonly string[];
}

/** Where a document looks at tokens: routes with the same policies are one place. */
export function tokenPlaces(document: NormalDocument): TokenPlaces {
  const effective = new EffectivePolicies(document);
  const guarded = new Map<string, { listener: string; routes: string[]; phases: TokenPhase[] }>();
  const unguarded: string[] = [];
  const add = (listener: string, route: string | undefined, phases: TokenPhase[]) => {
    if (!phases.some(({ jwtAuth }) => jwtAuth)) {
      if (route !== undefined) unguarded.push(`${listener} ${route}`);
      return;
    }
    const key = JSON.stringify([listener, phases.map(identity)]);
    const place = guarded.get(key) ?? { listener, routes: [], phases };
    guarded.set(key, place);
    if (route !== undefined) place.routes.push(route);
  };
  for (const { port, listeners } of document.binds) {
    for (const { name, policies, routes } of listeners) {
      const first = phaseOf('gateway', effective.listener(name, port, policies));
      if (routes.length === 0) add(name, undefined, [first]);
      for (const route of routes) {
        const second = phaseOf('route', effective.route(name, port, route));
        add(name, `${route.namespace}/${route.name}`, [first, second]);
      }
    }
  }
  return { guarded: [...guarded.values()], unguarded };
}

function phaseOf(
  phase: TokenPhase['phase'],
  { jwtAuth, authorization }: NormalPolicies,
): TokenPhase {
  return { phase, jwtAuth, authorization };
}

function identity({ jwtAuth, authorization }: TokenPhase) {
  return [jwtAuth?.path ?? null, authorization?.rules.map(({ path }) => path) ?? []];
}
