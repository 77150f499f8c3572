import type { NormalExtAuthz } from '../../standalone/normal-document';
import { directAnswer, refusal } from '../answer';
import type { Verdict } from '../policy';
import type { BodyStart, RequestContext } from '../request-context';
import type { Ask } from './ask';
import { applyDecision } from './decision';
import { DecisionCache } from './decision-cache';
import type { CheckHost } from './ext-auth-host';
import { compileGrpcAsk, type GrpcExtAuthz } from './grpc-ask';
import { compileHttpAsk, type HttpExtAuthz } from './http-ask';
import { openService } from './service';

/** Checks a request that a policy is for. */
export type Check = (request: RequestContext) => Verdict | Promise<Verdict>;

const REFUSED = refusal('extAuthRefused');
const TOO_LARGE = refusal('extAuthBodyTooLarge');

/** One check: its service, what it is told, and what happens when it cannot be asked. */
export function compileCheck(settings: NormalExtAuthz, host: CheckHost): Check {
  const service = openService(settings, host);
  const fail = compileFailure(settings, service?.upstream.endpoint ?? 'none', host);
  if (!service) return (request) => refuse(request, 'the configuration names no such service');
  const ask: Ask =
    'grpc' in settings.protocol
      ? compileGrpcAsk(settings as GrpcExtAuthz, service, host)
      : compileHttpAsk(settings as HttpExtAuthz, service, host);
  const cache = compileCache(settings, host);
  const readBody = compileBody(settings);
  return async function check(request) {
    const found = cache?.find(request) ?? NOTHING_KEPT;
    if ('decision' in found) return applyDecision(found.decision, request);
    const body = await readBody(request);
    if (body === 'too large') return TOO_LARGE;
    const answered = await ask(request, body);
    if ('failure' in answered) {
      return (answered.refuses ? refuse : fail)(request, answered.failure);
    }
    const { decision, cacheable } = answered;
    const verdict = applyDecision(decision, request);
    if (cacheable && found.key !== undefined) cache?.keep(found.key, decision, request);
    return verdict;
  };
}

const NOTHING_KEPT = { key: undefined };

function compileCache({ cache, path }: NormalExtAuthz, host: CheckHost) {
  if (!cache) return undefined;
  const { expressions, now } = host;
  return new DecisionCache({
    key: cache.key.map((source, i) => expressions.compile(`${path}.cache.key[${i}]`, source)),
    ttl: expressions.compile(`${path}.cache.ttl`, cache.ttl),
    maxEntries: cache.maxEntries,
    now,
  });
}

type ReadBody = (request: RequestContext) => Promise<BodyStart | 'too large' | undefined>;

/** How much of a body the service is told. An expression for its body takes that place. */
function compileBody({ includeRequestBody, protocol }: NormalExtAuthz): ReadBody {
  const isReplaced = 'http' in protocol && protocol.http.body !== undefined;
  if (!includeRequestBody || isReplaced) return () => NO_BODY;
  const { maxRequestBytes, allowPartialMessage } = includeRequestBody;
  return async function readBody(request) {
    const body = await request.readBodyStart(maxRequestBytes);
    if (!body.isWhole && !allowPartialMessage) return 'too large';
    return { ...body, bytes: body.bytes.subarray(0, maxRequestBytes) };
  };
}

const NO_BODY = Promise.resolve(undefined);

/** What happens to a request that the service, or its absence, says enough about. */
function refuse(request: RequestContext, cause: string): Verdict {
  request.extAuthFailure = { cause, failedOpen: false };
  return REFUSED;
}

type Fail = (request: RequestContext, cause: string) => Verdict;

/** What happens to a request that nobody could be asked about. */
function compileFailure({ failureMode }: NormalExtAuthz, service: string, host: CheckHost): Fail {
  if (failureMode === 'allow') {
    return function letPass(request, cause) {
      request.extAuthFailure = { cause, failedOpen: true };
      host.failedOpen(service);
      return undefined;
    };
  }
  if (failureMode === 'deny') return refuse;
  const { denyWithStatus } = failureMode;
  const answer = directAnswer(denyWithStatus, [], 'Authorization service unavailable');
  return function refuseBy(request, cause) {
    request.extAuthFailure = { cause, failedOpen: false };
    return answer;
  };
}
