import { ResponseView } from '../../cel/gateway/response-view';
import type { HeaderList } from '../../effects';
import { headerValue } from '../../http/header-list';
import { afterOutcome, chooseProvider, isUnhealthyStatus, retryAfterMs } from '../../llm/health';
import { variablesOf } from '../expression-variables';
import type { RequestContext } from '../request-context';
import type { LlmProvider } from './llm-provider';
import { isRead } from './llm-route';

/** Groups of providers, the preferred one first, and how they are. */
export class LlmProviders {
  /** The provider, where there is no choice. */
  readonly #only: LlmProvider | undefined;

  constructor(
    private readonly groups: readonly (readonly LlmProvider[])[],
    private readonly now: () => number,
    private readonly random: () => number,
  ) {
    const all = groups.flat();
    this.#only = all.length === 1 ? all[0] : undefined;
  }

  /** Whether any of them would look into what is sent to the path. */
  reads(path: string): boolean {
    return this.groups.some((group) => group.some(({ routeOf }) => isRead(routeOf(path))));
  }

  /** Who is asked now. */
  choose(): LlmProvider | undefined {
    if (this.#only) return this.#only;
    const { groups, now, random } = this;
    const healths = groups.map((members) => members.map(({ health }) => health));
    const place = chooseProvider(healths, now(), random);
    return place && groups[place.group][place.index];
  }

  /** Remembers how a try went: a status; or none where there was no answer. */
  heard(
    provider: LlmProvider,
    client: RequestContext,
    status: number | undefined,
    headers: HeaderList,
  ): void {
    if (this.#only) return;
    const at = this.now();
    const outcome = {
      at,
      unhealthy: isUnhealthy(provider, client, status, headers),
      retryAfterMs: retryAfterMs(headerValue(headers, 'retry-after'), at),
    };
    provider.health = afterOutcome(provider.health, outcome, provider.eviction);
  }
}

function isUnhealthy(
  { unhealthy }: LlmProvider,
  client: RequestContext,
  status: number | undefined,
  headers: HeaderList,
): boolean {
  if (!unhealthy || status === undefined) return isUnhealthyStatus(status);
  const response = new ResponseView({ code: status, headers });
  return unhealthy.matches({ ...variablesOf(client), response });
}
