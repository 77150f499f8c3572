import type { Construct } from 'constructs';
import { checkDnsName } from '../dns-name';
import { namespaceOf } from '../object-reference';
import type { ResourceProps } from '../resource';
import { Backend } from './backend';
import { callPolicies, checkCall, type LlmCallOptions } from './llm-call';
import type { LlmProvider } from './llm-provider';

const MAX_GROUPS = 8;
const MAX_PROVIDERS = 16;

/** A provider of a group; its own settings replace those of the backend, field by field. */
export interface LlmGroupProvider extends LlmCallOptions {
  /** Its name in the group, which log lines show. */
  readonly name: string;

  /** Who runs the model. */
  readonly provider: LlmProvider;
}

/** Providers that share requests: the healthier and faster of two gets the next. */
export interface LlmGroup {
  /** The providers, each with a name of its own. */
  readonly providers: LlmGroupProvider[];
}

/** Properties of `LlmBackend`: `provider`, or `groups`. */
export interface LlmBackendProps extends ResourceProps, LlmCallOptions {
  /**
   * The only provider.
   *
   * @default - none; give `groups` then
   */
  readonly provider?: LlmProvider;

  /**
   * Groups of providers, the preferred one first: the next group gets requests when all of a group are left out, which
   * takes `health.eviction`.
   *
   * @default - none; give `provider` then
   */
  readonly groups?: LlmGroup[];
}

/**
 * Language models, of one provider or of several that stand in for each other.
 *
 * @example
 * new LlmBackend(this, 'OpenAi', {
 *   provider: LlmProvider.openAi({ model: 'gpt-4.1-nano' }),
 *   auth: LlmAuth.fromSecret(SecretReference.fromSecretName('openai')),
 * });
 */
export class LlmBackend extends Backend {
  constructor(scope: Construct, id: string, props: LlmBackendProps) {
    const { metadata, provider, groups } = props;
    const name = `LlmBackend ${[scope.node.path, id].filter(Boolean).join('/')}`;
    const members = (groups ?? []).flatMap((group) => group.providers);
    checkShape(name, props);
    checkCall(props, name);
    for (const member of members) checkCall(member, `${name}: provider "${member.name}"`);
    super(scope, id, {
      metadata,
      spec: {
        ai: provider ? { provider: provider._toKube() } : { groups: groups?.map(groupOf) },
        policies: callPolicies(props, provider),
      },
    });
    const namespace = namespaceOf(this) as string;
    for (const { auth, provider: own } of [props, ...members]) {
      auth?._checkReadable(namespace, name);
      own?._checkReachable(namespace, name);
    }
  }
}

function groupOf({ providers }: LlmGroup): object {
  return {
    providers: providers.map((member) => ({
      name: member.name,
      ...member.provider._toKube(),
      policies: callPolicies(member, member.provider),
    })),
  };
}

function checkShape(backend: string, props: LlmBackendProps): void {
  const { provider, groups } = props;
  if ((provider === undefined) === (groups === undefined))
    throw new Error(
      `${backend} needs either \`provider\` or \`groups\`, got ${provider ? 'both' : 'none'}`,
    );
  if (!groups) return;
  if (groups.length < 1 || groups.length > MAX_GROUPS)
    throw new Error(`${backend} takes 1 to ${MAX_GROUPS} groups, got ${groups.length}`);
  for (const group of groups) checkGroup(backend, group);
  for (const group of groups.slice(0, -1)) checkFailover(backend, group, props);
}

function checkGroup(backend: string, { providers }: LlmGroup): void {
  if (providers.length < 1 || providers.length > MAX_PROVIDERS)
    throw new Error(
      `a group of ${backend} takes 1 to ${MAX_PROVIDERS} providers, got ${providers.length}`,
    );
  const names = new Set<string>();
  for (const { name } of providers) {
    checkDnsName(name, `provider of ${backend}`);
    if (names.has(name))
      throw new Error(`${backend} names two providers of a group "${name}"; rename one`);
    names.add(name);
  }
}

/** A provider that is never left out keeps every request, and the next group is never asked. */
function checkFailover(backend: string, { providers }: LlmGroup, props: LlmBackendProps): void {
  const stuck = providers.find((member) => !(member.health ?? props.health)?.eviction);
  if (!stuck) return;
  throw new Error(
    `${backend} never fails over from provider "${stuck.name}" to the next group, since nothing says when it is left out; set for example health: { eviction: { consecutiveFailures: 3 } }`,
  );
}
