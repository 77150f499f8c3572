import type { Fields } from './fields';
import { AGENTGATEWAY, CORE, GATEWAY_API, type KubeObject, type Objects } from './objects';

const BACKENDS: Readonly<Record<string, string>> = {
  Service: CORE,
  AgentgatewayBackend: AGENTGATEWAY,
};

/**
 * The backends that policies say something about. Found before anything is translated: where a file can name a backend and
 * say nothing of how it is called, calling it as if no policy were there could be in clear, or without a credential.
 */
export class PolicedBackends {
  readonly #policies = new Map<string, KubeObject>();

  constructor(private readonly objects: Objects) {
    for (const policy of objects.all(AGENTGATEWAY, 'AgentgatewayPolicy')) {
      if (policy.spec.has('backend')) this.#add(policy);
    }
    for (const policy of objects.all(GATEWAY_API, 'BackendTLSPolicy')) this.#add(policy);
  }

  /** The first policy that targets it, or a part of it. */
  policyOf(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.#policies.get(`${kind} ${namespace}/${name}`);
  }

  #add(policy: KubeObject): void {
    const { spec, key } = policy;
    for (const reference of spec.entries('targetRefs')) {
      this.#note(policy, reference.text('kind') ?? '', [reference.text('name') ?? '']);
    }
    for (const selector of spec.entries('targetSelectors')) {
      const kind = selector.text('kind') ?? '';
      this.#note(policy, kind, this.#selected(kind, key.namespace, selector));
    }
  }

  #selected(kind: string, namespace: string, selector: Fields): string[] {
    const group = BACKENDS[kind];
    if (group === undefined) return [];
    return this.objects.selected(group, kind, namespace, selector).map(({ key }) => key.name);
  }

  #note(policy: KubeObject, kind: string, names: readonly string[]): void {
    if (!(kind in BACKENDS)) return;
    for (const name of names) {
      const place = `${kind} ${policy.key.namespace}/${name}`;
      if (!this.#policies.has(place)) this.#policies.set(place, policy);
    }
  }
}
