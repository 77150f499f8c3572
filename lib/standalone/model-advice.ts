import { quoted } from '../schema/json';
import type { BackendPoliciesEntry, LlmEntry, LlmPolicyEntry, LlmProviderEntry } from './document';
import type { Findings } from './findings';

/** Where models are written. */
export interface ModelPlace {
  /** Of the groups: `spec.ai`. */
  readonly path: string;
  /** Of the provider, where there is only one. */
  readonly only: string;
}

/** A provider with the policies that apply to it, from weak to strong. */
interface Member {
  readonly path: string;
  readonly entry: Pick<LlmProviderEntry, 'name' | 'provider'>;
  readonly policies: readonly BackendPoliciesEntry[];
}

/**
 * What of models works, and is not what it looks like.
 *
 * @param shared the policies of the backend, from weak to strong; a provider's own are the strongest
 */
export function adviseModels(
  entry: LlmEntry,
  shared: readonly BackendPoliciesEntry[],
  place: ModelPlace,
  findings: Findings,
): void {
  const groups = membersOf(entry, shared, place);
  groups.slice(0, -1).forEach((members, index) => {
    const following = groups.slice(index + 1).some((others) => others.length > 0);
    if (following) reportFailover(members, findings);
  });
  reportAliases(groups.flat(), findings);
}

function membersOf(
  entry: LlmEntry,
  shared: readonly BackendPoliciesEntry[],
  { path, only }: ModelPlace,
): readonly (readonly Member[])[] {
  const member = (provider: LlmProviderEntry, at: string) => ({
    path: at,
    entry: provider,
    policies: [...shared, provider.policies ?? {}],
  });
  if (!('groups' in entry)) return [[member(entry, only)]];
  return entry.groups.map(({ providers }, group) =>
    providers.map((provider, index) =>
      member(provider, `${path}.groups[${group}].providers[${index}]`),
    ),
  );
}

// ---------------------------------------------------------------- groups that are never asked

/** The next group is asked while all of a group are left out. */
function reportFailover(members: readonly Member[], findings: Findings): void {
  const stuck = members.find(({ policies }) => !strongest(policies, 'health')?.eviction);
  if (!stuck) return;
  findings.warning(
    'NoFailover',
    stuck.path,
    `nothing says when provider ${quoted(stuck.entry.name)} is left out, so the groups behind it are never asked, however often it fails`,
    'write for example `health: {eviction: {consecutiveFailures: 3}}` among the policies of the provider or the backend',
  );
}

// ---------------------------------------------------------------- names that nobody can use

/** Of aliases that several providers share it is enough that one of them reads them. */
function reportAliases(members: readonly Member[], findings: Findings): void {
  const readers = new Map<object, Member[]>();
  for (const member of members) {
    const aliases = modelField(member.policies, 'modelAliases');
    if (aliases) readers.set(aliases, [...(readers.get(aliases) ?? []), member]);
  }
  for (const [aliases, sharing] of readers) {
    const models = sharing.map(fixedModel);
    const [model] = models;
    if (model === undefined || !models.every((one) => isUnused(aliases, one))) continue;
    findings.warning(
      'UnusedAlias',
      sharing[0].path,
      `every request asks for the model ${quoted(model)}, so no name of \`modelAliases\` is ever read`,
      'remove `model`, so that clients choose among the names, or remove `modelAliases`',
    );
  }
}

/** A pattern may mean any model. */
function isUnused(aliases: object, model: string | undefined): boolean {
  if (model === undefined) return false;
  return Object.keys(aliases).every((name) => name !== model && !name.includes('*'));
}

/** The model that takes the place of the client's, if it is always the same. */
function fixedModel({ entry, policies }: Member): string | undefined {
  if (modelField(policies, 'transformations')?.model !== undefined) return undefined;
  const overriding = modelField(policies, 'overrides')?.model;
  if (overriding !== undefined) return typeof overriding === 'string' ? overriding : undefined;
  const [settings] = Object.values(entry.provider);
  const { model } = settings as { model?: string | null };
  return model ?? undefined;
}

// ---------------------------------------------------------------- what applies

function strongest<K extends keyof BackendPoliciesEntry>(
  policies: readonly BackendPoliciesEntry[],
  field: K,
): BackendPoliciesEntry[K] | undefined {
  return policies.findLast((one) => one[field])?.[field];
}

/** Of what is done with requests each field counts by itself. */
function modelField<K extends keyof LlmPolicyEntry>(
  policies: readonly BackendPoliciesEntry[],
  field: K,
): LlmPolicyEntry[K] | undefined {
  return policies.findLast(({ ai }) => ai?.[field])?.ai?.[field];
}
