import type { BackendPoliciesEntry, LlmEntry, LlmProviderEntry } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { translateBackendPolicies, WHOLE_POLICIES } from './backend-policies';
import { type TranslatedProvider, translateProvider } from './llm-provider';
import type { TranslatedTarget } from './service';

const HINT = 'run this with agentgateway';

/** The only provider of a backend needs a name in a file, which it has none for in a cluster. */
const ONLY = 'backend';

/** Language models, and how they are called. */
export interface TranslatedLlm {
  readonly ai: LlmEntry;
  readonly policies: BackendPoliciesEntry;
}

/** Nothing where a provider or a credential cannot be had: then no request may go anywhere. */
export function translateLlm(backend: KubeObject, context: Context): TranslatedLlm | undefined {
  backend.spec.refuseOthers(['ai', 'policies'], 'an AgentgatewayBackend', HINT);
  const ai = backend.spec.fields('ai');
  ai?.refuseOthers(['provider', 'groups'], 'language models', HINT);
  const policies = translateBackendPolicies(
    backend.spec.fields('policies'),
    backend,
    context,
    WHOLE_POLICIES,
  );
  const only = ai?.fields('provider');
  if (only) {
    const provider = translateProvider(only, backend, context);
    if (!provider || !policies) return undefined;
    const { service, ...entry } = provider;
    return {
      ai: { name: ONLY, ...entry },
      policies: { ...policies, ...httpOf(service, policies) },
    };
  }
  const groups = (ai?.entries('groups') ?? []).map((group) =>
    translateGroup(group, policies ?? {}, backend, context),
  );
  const complete = groups.flatMap((group) => group ?? []);
  if (!policies || complete.length < groups.length) return undefined;
  if (complete.length > 0) return { ai: { groups: complete }, policies };
  backend.findings.error(
    'Required',
    'spec.ai',
    'the backend names no provider',
    'write `provider`, or `groups`',
  );
  return undefined;
}

function translateGroup(
  group: Fields,
  shared: BackendPoliciesEntry,
  backend: KubeObject,
  context: Context,
): { providers: LlmProviderEntry[] } | undefined {
  group.refuseOthers(['providers'], 'a group of providers', HINT);
  const providers = group.entries('providers').map((member) => {
    const provider = translateProvider(member, backend, context, ['name', 'policies']);
    const own = translateBackendPolicies(member.fields('policies'), backend, context);
    return provider && own && named(member.text('name') ?? '', provider, own, shared);
  });
  const complete = providers.flatMap((provider) => provider ?? []);
  return complete.length === providers.length ? { providers: complete } : undefined;
}

function named(
  name: string,
  { service, ...provider }: TranslatedProvider,
  own: BackendPoliciesEntry,
  shared: BackendPoliciesEntry,
): LlmProviderEntry {
  const http = own.http ?? shared.http;
  const policies: BackendPoliciesEntry = { ...own, ...httpOf(service, { http }) };
  return { name, ...provider, ...(Object.keys(policies).length > 0 && { policies }) };
}

/** A Service whose port speaks HTTP/2 is called so unless a policy says otherwise. */
function httpOf(
  service: TranslatedTarget | undefined,
  { http }: BackendPoliciesEntry,
): BackendPoliciesEntry {
  const habit = service?.policies?.http;
  return habit ? { http: { ...habit, ...http } } : {};
}
