import type { BodySource, HeaderList, UpstreamRequest } from '../../effects';
import { removeHeader } from '../../http/header-list';
import type { EndToEnd } from '../../http/hop-by-hop';
import {
  encodingProblem,
  isLocalAnswer,
  type LlmCall,
  type LlmTarget,
  prepareCall,
  setCallHeaders,
} from '../../llm/call';
import type { RouteType } from '../../llm/format';
import { llmLogFields } from '../../llm/log-fields';
import { isProblem, requestTooLarge } from '../../llm/problem';
import { NOTHING_SEEN } from '../../llm/response-seen';
import { modelsNotImplemented } from '../../llm/router-error';
import type { Usage } from '../../llm/usage';
import type { LogField } from '../../telemetry/access-log';
import { type Answer, directAnswer, refusal } from '../answer';
import type { RequestContext } from '../request-context';
import { upstreamAuthority } from './authority';
import type { Backend, BackendExchange, WholeAnswer } from './backend';
import type { Endpoint, OutgoingRequest } from './endpoint';
import { readerFor } from './llm-answer';
import type { LlmAnswerReader } from './llm-answer-reader';
import { LlmCharge } from './llm-charge';
import { genAiCall } from './llm-metrics';
import { problemAnswer } from './llm-problem';
import type { LlmProvider } from './llm-provider';
import { LlmProviders } from './llm-providers';
import { isRead } from './llm-route';

export interface LlmSettings {
  readonly now: () => number;
  readonly random: () => number;
  readonly maxBufferSize: number;
}

/** Language models: groups of providers, the preferred group first. */
export class LlmBackend implements Backend {
  readonly #providers: LlmProviders;

  constructor(
    groups: readonly (readonly LlmProvider[])[],
    private readonly settings: LlmSettings,
  ) {
    this.#providers = new LlmProviders(groups, settings.now, settings.random);
  }

  open(client: RequestContext, endToEnd: EndToEnd): BackendExchange {
    return new LlmExchange(this.#providers, client, endToEnd, this.settings);
  }
}

const NOTHING = new Uint8Array();
const JSON_TYPE: HeaderList = ['content-type', 'application/json'];
const TOO_LARGE = problemAnswer('llmRequest', requestTooLarge());

class LlmExchange implements BackendExchange {
  readonly protocol = 'llm';
  readonly tooLarge: Answer | undefined;
  #provider: LlmProvider | undefined;
  #call: LlmCall | undefined;
  #reader: LlmAnswerReader | undefined;
  readonly #charge: LlmCharge;
  #succeeded = false;

  constructor(
    private readonly providers: LlmProviders,
    private readonly client: RequestContext,
    private readonly endToEnd: EndToEnd,
    private readonly settings: LlmSettings,
  ) {
    this.tooLarge = providers.reads(client.path) ? TOO_LARGE : undefined;
    this.#charge = new LlmCharge(client.tokenLimits);
  }

  get endpoint(): Endpoint | undefined {
    return this.#provider?.endpoint;
  }

  get stopped(): Answer | undefined {
    return this.#reader?.stopped;
  }

  get failure(): Answer | undefined {
    return this.#reader?.failure;
  }

  nextTry(body: BodySource | Uint8Array | null): UpstreamRequest | Answer {
    const { client } = this;
    const provider = this.providers.choose();
    this.#provider = provider;
    this.#call = undefined;
    this.#reader = undefined;
    this.#succeeded = false;
    if (!provider) return refusal('noValidBackends');
    const answer = provider.endpoint.redirect?.(client);
    if (answer && !(answer instanceof Promise)) return answer;
    const route = provider.routeOf(client.path);
    const call = this.#prepare(provider, route, body);
    if ('status' in call) return call;
    this.#call = call;
    const refused = this.#charge.admit(call, provider.tokenize);
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
    if (this.#provider) this.providers.heard(this.#provider, this.client, status, headers);
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
    this.#settle(response.usage);
    const call = this.#call;
    if (!call || !isRead(call.seen.route)) return undefined;
    const times = { startedAt: this.client.startedAt, finishedAt };
    const seen = { request: call.seen, response, times };
    if (this.#succeeded) this.#provider?.count(genAiCall(seen));
    return llmLogFields(seen);
  }

  #settle(usage: Usage): void {
    const unfinished = this.#reader?.unfinished;
    if (!this.#succeeded) this.#charge.waive();
    else if (unfinished === undefined) this.#charge.settle(usage);
    else this.#charge.settleUnfinished(usage, unfinished);
  }
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
