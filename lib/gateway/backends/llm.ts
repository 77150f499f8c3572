import { ResponseView } from '../../cel/gateway/response-view';
import type { Rule } from '../../cel/gateway/rule';
import type { BodySource, HeaderList, UpstreamRequest } from '../../effects';
import { headerValue, removeHeader } from '../../http/header-list';
import type { EndToEnd } from '../../http/hop-by-hop';
import {
  encodingProblem,
  isLocalAnswer,
  type LlmCall,
  type LlmTarget,
  prepareCall,
  setCallHeaders,
} from '../../llm/call';
import type { RouteFinder, RouteType } from '../../llm/format';
import {
  afterOutcome,
  chooseProvider,
  type EvictionPolicy,
  isUnhealthyStatus,
  type ProviderHealth,
  retryAfterMs,
} from '../../llm/health';
import { llmLogFields } from '../../llm/log-fields';
import { isProblem, requestTooLarge } from '../../llm/problem';
import { NOTHING_SEEN } from '../../llm/response-seen';
import { modelsNotImplemented } from '../../llm/router-error';
import { estimateTokens } from '../../llm/token-estimate';
import type { Usage } from '../../llm/usage';
import type { LogField } from '../../telemetry/access-log';
import type { GenAiCall } from '../../telemetry/gen-ai-metrics';
import { type Answer, directAnswer, refusal } from '../answer';
import { variablesOf } from '../expression-variables';
import type { RequestContext } from '../request-context';
import { upstreamAuthority } from './authority';
import type { Backend, BackendExchange, WholeAnswer } from './backend';
import type { ComputeFields } from './computed-fields';
import type { Endpoint, OutgoingRequest } from './endpoint';
import { readerFor } from './llm-answer';
import type { LlmAnswerReader } from './llm-answer-reader';
import { genAiCall } from './llm-metrics';
import { problemAnswer } from './llm-problem';

/** A provider of models as it runs. */
export interface LlmProvider {
  readonly endpoint: Endpoint;
  /** Its own name, which stands in `Host` whatever rewrites say. @default - it is called at another host */
  readonly ownHost: string | undefined;
  readonly routeOf: RouteFinder;
  readonly target: LlmTarget;
  readonly transformations: ComputeFields | undefined;
  readonly finalTransformations: ComputeFields | undefined;
  /** Whether the configuration puts the credential into `Authorization` or elsewhere. @default - it does not say */
  readonly credentialPlace: 'authorization' | 'elsewhere' | undefined;
  readonly tokenize: boolean;
  readonly eviction: EvictionPolicy | undefined;
  /** @default - answers of 500 and above are unhealthy */
  readonly unhealthy: Rule | undefined;
  /** Takes calls that had an answer. */
  readonly count: (call: GenAiCall) => void;
  health: ProviderHealth;
}

export interface LlmSettings {
  readonly now: () => number;
  readonly random: () => number;
  readonly maxBufferSize: number;
}

/** Language models: groups of providers, the preferred group first. */
export class LlmBackend implements Backend {
  constructor(
    private readonly groups: readonly (readonly LlmProvider[])[],
    private readonly settings: LlmSettings,
  ) {}

  open(client: RequestContext, endToEnd: EndToEnd): BackendExchange {
    return new LlmExchange(this, client, endToEnd, this.settings);
  }

  /** Whether there is no choice of providers. */
  get isAlone(): boolean {
    return this.groups.length === 1 && this.groups[0].length === 1;
  }

  /** Whether any of the providers would look into what is sent to the path. */
  reads(path: string): boolean {
    return this.groups.some((group) => group.some(({ routeOf }) => isRead(routeOf(path))));
  }

  choose(): LlmProvider | undefined {
    const { groups, settings } = this;
    if (this.isAlone) return groups[0][0];
    const healths = groups.map((members) => members.map(({ health }) => health));
    const place = chooseProvider(healths, settings.now(), settings.random);
    return place && groups[place.group][place.index];
  }
}

const NOTHING = new Uint8Array();
const JSON_TYPE: HeaderList = ['content-type', 'application/json'];
const TOO_LARGE = problemAnswer('llmRequest', requestTooLarge());

/** Whether bodies of the route are looked into; others pass as they come. */
function isRead(route: RouteType): boolean {
  return route !== 'passthrough' && route !== 'realtime' && route !== 'models';
}

/** Whether limits of tokens hold for the route. */
function isCharged(route: RouteType): boolean {
  return isRead(route) && route !== 'anthropicTokenCount';
}

class LlmExchange implements BackendExchange {
  readonly protocol = 'llm';
  readonly tooLarge: Answer | undefined;
  #provider: LlmProvider | undefined;
  #call: LlmCall | undefined;
  #reader: LlmAnswerReader | undefined;
  /** Tokens that the limits keep for this request. @default - they were not asked */
  #setAside: number | undefined;
  #succeeded = false;

  constructor(
    private readonly backend: LlmBackend,
    private readonly client: RequestContext,
    private readonly endToEnd: EndToEnd,
    private readonly settings: LlmSettings,
  ) {
    this.tooLarge = backend.reads(client.path) ? TOO_LARGE : undefined;
  }

  get endpoint(): Endpoint | undefined {
    return this.#provider?.endpoint;
  }

  get stopped(): Answer | undefined {
    return this.#reader?.stopped;
  }

  nextTry(body: BodySource | Uint8Array | null): UpstreamRequest | Answer {
    const { client } = this;
    const provider = this.backend.choose();
    this.#provider = provider;
    this.#call = undefined;
    this.#reader = undefined;
    if (!provider) return refusal('noValidBackends');
    const answer = provider.endpoint.redirect?.(client);
    if (answer && !(answer instanceof Promise)) return answer;
    const route = provider.routeOf(client.path);
    const call = this.#prepare(provider, route, body);
    if ('status' in call) return call;
    this.#call = call;
    const refused = this.#admit(provider, call);
    return refused ?? this.#outgoing(provider, call, isRead(route) ? bytesOf(call.body) : body);
  }

  #prepare(
    provider: LlmProvider,
    route: RouteType,
    body: BodySource | Uint8Array | null,
  ): LlmCall | Answer {
    const { path, query, headers } = this.client;
    if (route === 'models') {
      const { status, body: json } = modelsNotImplemented();
      return directAnswer(status, JSON_TYPE, json);
    }
    const packed = encodingProblem(route, headers);
    if (packed) return problemAnswer('llmRequest', packed);
    const bytes = body instanceof Uint8Array ? body : NOTHING;
    const call = prepareCall(this.#target(provider), { route, path, query }, bytes);
    if (isProblem(call)) return problemAnswer('llmRequest', call);
    return isLocalAnswer(call) ? directAnswer(200, JSON_TYPE, call.answer) : call;
  }

  #target({ target, transformations, finalTransformations }: LlmProvider): LlmTarget {
    if (!transformations && !finalTransformations) return target;
    const { client } = this;
    return {
      ...target,
      policy: {
        ...target.policy,
        transformations: transformations && ((body) => transformations(client, body)),
      },
      finalTransformations: finalTransformations && ((body) => finalTransformations(client, body)),
    };
  }

  /** What is not measured needs something left of each limit, and counting tokens needs none. */
  #admit({ tokenize }: LlmProvider, { request, seen }: LlmCall): Answer | undefined {
    const { tokenLimits } = this.client;
    if (tokenLimits.length === 0 || !isCharged(seen.route)) return undefined;
    this.#setAside = tokenize && request ? estimateTokens(request) : 0;
    for (const limit of tokenLimits) {
      const refused = limit.admit(this.#setAside);
      if (refused) return refused;
    }
    return undefined;
  }

  #outgoing(
    { endpoint, ownHost, credentialPlace }: LlmProvider,
    call: LlmCall,
    body: BodySource | Uint8Array | null,
  ): UpstreamRequest {
    const { client, endToEnd } = this;
    const host = ownHost ?? upstreamAuthority(endpoint.hostname, client);
    const upgrade = isRead(call.seen.route) ? undefined : endToEnd.upgrade;
    const outgoing: OutgoingRequest = {
      method: client.method,
      path: call.path,
      headers: ['host', host, ...client.headers],
      body: upgrade === undefined ? body : null,
      upgrade,
    };
    const { headers } = outgoing;
    if (credentialPlace === 'elsewhere') removeHeader(headers, 'authorization');
    endpoint.setCredential?.(outgoing, client);
    endpoint.modifyRequest?.(headers);
    setCallHeaders(headers, call, credentialPlace !== undefined);
    return outgoing;
  }

  heard(status: number | undefined, headers: HeaderList): void {
    const provider = this.#provider;
    if (!provider || this.backend.isAlone) return;
    const at = this.settings.now();
    provider.health = afterOutcome(
      provider.health,
      {
        at,
        unhealthy: this.#isUnhealthy(provider, status, headers),
        retryAfterMs: retryAfterMs(headerValue(headers, 'retry-after'), at),
      },
      provider.eviction,
    );
  }

  #isUnhealthy(
    { unhealthy }: LlmProvider,
    status: number | undefined,
    headers: HeaderList,
  ): boolean {
    if (!unhealthy || status === undefined) return isUnhealthyStatus(status);
    const response = new ResponseView({ code: status, headers });
    return unhealthy.matches({ ...variablesOf(this.client), response });
  }

  begin(status: number, headers: HeaderList): HeaderList | undefined {
    if (!this.#call) return headers;
    this.#succeeded = status < 300;
    this.#reader = readerFor(this.#call, status, headers, this.settings);
    return this.#reader.fields;
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#reader ? this.#reader.push(chunk) : chunk;
  }

  end(): Uint8Array | WholeAnswer | Answer {
    return this.#reader?.end() ?? NOTHING;
  }

  close(finishedAt: number): readonly LogField[] | undefined {
    const response = this.#reader?.seen ?? NOTHING_SEEN;
    this.#spend(response.usage);
    const call = this.#call;
    if (!call || !isRead(call.seen.route)) return undefined;
    const times = { startedAt: this.client.startedAt, finishedAt };
    const seen = { request: call.seen, response, times };
    if (this.#succeeded) this.#provider?.count(genAiCall(seen));
    return llmLogFields(seen);
  }

  /** An answer that went on without telling its cost has cost what was set aside; no answer costs nothing. */
  #spend({ totalTokens, inputTokens = 0, outputTokens = 0 }: Usage): void {
    if (this.#setAside === undefined) return;
    const told = totalTokens ?? inputTokens + outputTokens;
    const tokens = told > 0 || !this.#succeeded ? told : this.#setAside;
    for (const limit of this.client.tokenLimits) limit.spend(tokens);
  }
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
