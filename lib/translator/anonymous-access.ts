import { quoted } from '../schema/json';
import { allowAnonymousRule } from '../standalone/allow-anonymous';
import type { Guard } from '../standalone/authenticated';
import { isChecked } from '../standalone/checked-backend';
import type {
  AuthorizationPolicy,
  AuthorizationRule,
  RouteBackendEntry,
} from '../standalone/document';
import { exposedMessage, isExposed } from '../standalone/exposed-credentials';
import { normalizeAuthorization } from '../standalone/normalize-authentication';
import { hasOwnCredentials } from '../standalone/own-credentials';
import {
  type UnguardedMode,
  unguardedHint,
  unguardedMessage,
  unguardedModes,
} from '../standalone/unguarded-modes';
import {
  BlindRules,
  blindHint,
  blindMessage,
  blindRule,
  tellsCallers,
} from '../standalone/unknown-callers';
import { demandsClientCertificate } from './client-certificates';
import type { Context } from './context';
import type { Gateway, Listener } from './gateways';
import { guardsOf, type PhasePolicies } from './guards';
import { getOrAdd, type KubeObject, nameOf } from './objects';
import type { Rule, WrittenReference } from './rules';
import { UntranslatedAuthentication } from './untranslated-authentication';

/** Says of an HTTPRoute why anybody may call what it leads to. */
export const ALLOW_ANONYMOUS = 'cdk8s-agentgateway/allow-anonymous';

/** A rule of a route, as a listener serves it. */
export interface ServedRule {
  readonly gateway: Gateway;
  readonly listener: Listener;
  readonly route: KubeObject;
  readonly rule: Rule;
  readonly policies: PhasePolicies;
}

interface Exposed {
  readonly route: KubeObject;
  readonly reference: WrittenReference;
  /** Where anybody gets in. */
  readonly places: Set<string>;
}

/** Collects where nobody asks who calls, over all listeners, so that each place is told once. */
export class AnonymousAccess {
  readonly #exposed = new Map<string, Exposed>();
  /** Policies that are told already. */
  readonly #unguarded = new Set<string>();
  readonly #blind = new BlindRules<{ readonly object: KubeObject; readonly path: string }>();
  readonly #untranslated: UntranslatedAuthentication;

  constructor(context: Context) {
    this.#untranslated = new UntranslatedAuthentication(context);
  }

  /** Looks at a rule; gives what a file must say in addition, where its route says that anybody may call. */
  look(served: ServedRule): AuthorizationRule | undefined {
    const guards = guardsOf(served.policies);
    const isKnown = this.#isKnown(served);
    this.#lookAtRules(served, guards, isKnown);
    if (!isKnown) return undefined;
    for (const mode of unguardedModes(guards)) this.#reportUnguarded(mode, served);
    const own = served.rule.backends.flatMap((backend, index) =>
      hasOwnCredentials(backend) && !isChecked([backend.policies])
        ? [served.rule.references[index]]
        : [],
    );
    if (own.length === 0 || !isExposed(guards)) return undefined;
    const reason = reasonOf(served.route);
    if (reason) return allowAnonymousRule(reason);
    for (const reference of own) this.#addExposed(reference, served);
    return undefined;
  }

  report(): void {
    for (const { route, reference, places } of this.#exposed.values()) {
      route.findings.error(
        'ExposedCredentials',
        reference.path,
        exposedMessage(`who reaches ${someOf([...places])}`, reference.shown),
        exposedHint(route),
      );
    }
    this.#blind.report(({ object, path }, rule) => {
      object.findings.warning(
        'UnknownCaller',
        path,
        blindMessage(rule),
        blindHint(rule, FINDS_OUT),
      );
    });
  }

  #lookAtRules({ policies, rule }: ServedRule, guards: readonly Guard[], isKnown: boolean): void {
    const isPlain = isKnown && !rule.backends.some(({ policies }) => tellsCallers(policies));
    for (const { phase } of guards)
      for (const { setting } of policies[phase].get('authorization') ?? []) {
        const { object, path, value } = setting;
        const { rules } = normalizeAuthorization(value as AuthorizationPolicy, '');
        rules.forEach((written, index) => {
          const at = { object, path: `${path}.policy.matchExpressions[${index}]` };
          const key = JSON.stringify([nameOf(object.key), at.path]);
          this.#blind.look(key, at, isPlain ? blindRule(written, phase, guards) : undefined);
        });
      }
  }

  /** Whether it leads anywhere, and all is known that may keep callers out. */
  #isKnown({ gateway, listener, route, rule }: ServedRule): boolean {
    if (!rule.backends.some(isThere)) return false;
    const namespaces = rule.references.map(({ key }) => key.namespace);
    return (
      !demandsClientCertificate(gateway.object, listener) &&
      !this.#untranslated.concerns(gateway.object, [route.key.namespace, ...namespaces])
    );
  }

  #addExposed(reference: WrittenReference, { gateway, listener, route }: ServedRule): void {
    const { places } = getOrAdd(
      this.#exposed,
      JSON.stringify([nameOf(route.key), reference.path]),
      () => ({ route, reference, places: new Set<string>() }),
    );
    places.add(`listener ${quoted(listener.name)} of Gateway ${nameOf(gateway.object.key)}`);
  }

  #reportUnguarded(unguarded: UnguardedMode, { route, policies }: ServedRule): void {
    const [effective] = policies[unguarded.phase].get(unguarded.field) ?? [];
    if (!effective) return;
    const { object, path, value } = effective.setting;
    const key = JSON.stringify([nameOf(object.key), path]);
    if (this.#unguarded.has(key)) return;
    this.#unguarded.add(key);
    const { mode } = value as { mode: string };
    object.findings.warning(
      'AnonymousPasses',
      `${path}.mode`,
      unguardedMessage(capitalized(mode), unguarded, `HTTPRoute ${nameOf(route.key)}`),
      unguardedHint('Strict', unguarded),
    );
  }
}

const FINDS_OUT = {
  jwt: 'traffic.jwtAuthentication',
  apiKey: 'traffic.apiKeyAuthentication',
  basicAuth: 'traffic.basicAuthentication',
} as const;

function isThere({ weight, ...backend }: RouteBackendEntry): boolean {
  return weight !== 0 && !('invalid' in backend);
}

function reasonOf({ annotations }: KubeObject): string | undefined {
  return annotations.get(ALLOW_ANONYMOUS)?.trim();
}

function exposedHint(route: KubeObject): string {
  const wayOut = `say why anybody may call with the annotation \`${ALLOW_ANONYMOUS}\` on the HTTPRoute, which \`allowAnonymous('…')\` of an HttpRoute writes`;
  return reasonOf(route) === undefined
    ? `ask for a token, a key or a password with a policy of mode \`Strict\` for the route or the Gateway; or ${wayOut}`
    : `the annotation \`${ALLOW_ANONYMOUS}\` is empty: write why anybody may call`;
}

const MOST_SHOWN = 3;

function someOf(places: readonly string[]): string {
  const shown = places.slice(0, MOST_SHOWN).join(' or ');
  return places.length > MOST_SHOWN ? `${shown} or ${places.length - MOST_SHOWN} more` : shown;
}

function capitalized(mode: string): string {
  return mode.charAt(0).toUpperCase() + mode.slice(1);
}
