import type { Diagnostic } from '../diagnostic';
import type { Context } from './context';
import { AGENTGATEWAY, getOrAdd, type KubeObject } from './objects';

/** Fields of a policy by which it may keep callers out. */
const AUTHENTICATING: Readonly<Record<string, readonly string[]>> = {
  traffic: [
    ...['jwtAuthentication', 'basicAuthentication', 'apiKeyAuthentication'],
    ...['extAuth', 'authorization'],
  ],
  backend: ['mcp', 'extAuth', 'authorization'],
};

/** Where it is told that such a field, or what it protects, is not translated. */
const POLICY_PLACES = [
  ...['spec.targetRefs', 'spec.targetSelectors', 'spec.strategy', 'spec.backend'],
  ...AUTHENTICATING.traffic.map((name) => `spec.traffic.${name}`),
];

const GATEWAY_PLACES = ['spec.infrastructure.parametersRef'];

/** What may keep callers out and is not translated, so that nobody can say that nothing does. */
export class UntranslatedAuthentication {
  /** Paths of what is not translated, by object. */
  readonly #paths = new Map<string, string[]>();
  readonly #namespaces: ReadonlySet<string>;

  constructor({ objects, findings }: Context) {
    for (const { code, object, path } of findings.diagnostics) {
      if (code === 'Unsupported' && object) {
        getOrAdd(this.#paths, identity(object), () => []).push(path);
      }
    }
    const unsure = objects
      .all(AGENTGATEWAY, 'AgentgatewayPolicy')
      .filter((policy) => this.#isUntranslated(policy, POLICY_PLACES) && mayAuthenticate(policy));
    this.#namespaces = new Set(unsure.map(({ key }) => key.namespace));
  }

  /**
   * Policies reach their own namespace only.
   *
   * @param namespaces of the route and of its backends
   */
  concerns(gateway: KubeObject, namespaces: readonly string[]): boolean {
    return (
      this.#isUntranslated(gateway, GATEWAY_PLACES) ||
      [gateway.key.namespace, ...namespaces].some((name) => this.#namespaces.has(name))
    );
  }

  #isUntranslated({ key }: KubeObject, places: readonly string[]): boolean {
    const paths = this.#paths.get(identity(key)) ?? [];
    return paths.some((path) => places.some((place) => path.startsWith(place)));
  }
}

function mayAuthenticate({ spec }: KubeObject): boolean {
  return Object.entries(AUTHENTICATING).some(([part, names]) => {
    const settings = spec.fields(part);
    return names.some((name) => settings?.has(name));
  });
}

function identity({ kind, namespace, name }: NonNullable<Diagnostic['object']>): string {
  return JSON.stringify([kind, namespace, name]);
}
