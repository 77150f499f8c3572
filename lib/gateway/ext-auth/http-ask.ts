import { CelError } from '../../cel/cel-error';
import { ResponseView } from '../../cel/gateway/response-view';
import type { Rule } from '../../cel/gateway/rule';
import type { CelResult } from '../../cel/value';
import type { HeaderList } from '../../effects';
import { parseAuthority } from '../../http/authority';
import { isFieldValue, isToken } from '../../http/field-syntax';
import { headerValue, removeHeader, setHeader } from '../../http/header-list';
import { endToEndResponse, isHopByHop } from '../../http/hop-by-hop';
import type { NormalExtAuthz } from '../../standalone/normal-document';
import { type Answer, directAnswer } from '../answer';
import type { OutgoingRequest } from '../backends/endpoint';
import { variablesOf } from '../expression-variables';
import type { BodyStart, RequestContext } from '../request-context';
import { type CallFailure, callWhole, type GatheredAnswer } from '../whole-call';
import {
  type Answered,
  type Ask,
  MAX_ANSWER_BYTES,
  MAX_CACHED_BYTES,
  type Unanswered,
} from './ask';
import { type Allowance, type Denial, removable } from './decision';
import type { CheckHost } from './ext-auth-host';
import { jsonOf } from './json-of';
import type { Struct } from './protobuf-struct';
import type { Service } from './service';
import { PARTIAL_BODY, PSEUDO_FIELDS, pathAndQuery } from './told-headers';

/** Settings that choose HTTP. */
export type HttpExtAuthz = NormalExtAuthz & {
  readonly protocol: Extract<NormalExtAuthz['protocol'], { http: unknown }>;
};

type HttpSettings = HttpExtAuthz['protocol']['http'];

const NO_PATH = { failure: 'the expression for `path` gives no path', refuses: true };
const NO_BODY = { failure: 'the expression for `body` gives nothing to send', refuses: true };
const NO_PLACE = {
  failure: 'the expression for `redirect` gives no place to go',
  refuses: true,
};

/** Asks by a request like the client's own; a status of 2xx lets it pass. */
export function compileHttpAsk(settings: HttpExtAuthz, service: Service, host: CheckHost): Ask {
  const checkOf = compileCheck(settings, service, host);
  const decide = compileDecision(settings, host);
  const options = {
    timeoutMs: service.timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    repeatable: false,
  };
  return async function askByHttp(request, body) {
    const check = checkOf(request, body);
    if ('failure' in check) return check;
    service.prepare(check, request);
    const answer = await callWhole(service.upstream, check, options);
    return 'failure' in answer ? withoutEnd(answer) : decide(request, answer);
  };
}

/** The head of an answer is enough to refuse. */
function withoutEnd(failed: CallFailure): Unanswered {
  const { status, tooLong = false } = failed;
  return { ...failed, refuses: tooLong || (status !== undefined && !letsPass(status)) };
}

function letsPass(status: number): boolean {
  return status >= 200 && status <= 299;
}

// ---------------------------------------------------------------- what is asked

const ALWAYS_TOLD = ['authorization'];

type CheckOf = (
  request: RequestContext,
  body: BodyStart | undefined,
) => OutgoingRequest | Unanswered;

/** Nothing is asked where an expression for path or body fails. */
function compileCheck(settings: HttpExtAuthz, service: Service, host: CheckHost): CheckOf {
  const { path, includeRequestHeaders } = settings;
  const { http } = settings.protocol;
  const at = `${path}.protocol.http`;
  const told = includeRequestHeaders.length > 0 ? includeRequestHeaders : ALWAYS_TOLD;
  const pathRule = compileOptional(`${at}.path`, http.path, host);
  const bodyRule = compileOptional(`${at}.body`, http.body, host);
  const added = Object.entries(http.addRequestHeaders).map(
    ([name, source]) =>
      [
        name.toLowerCase(),
        host.expressions.compile(`${at}.addRequestHeaders.${name}`, source),
      ] as const,
  );
  return function checkOf(request, body) {
    const asked = pathRule ? pathIn(pathRule, request) : pathAndQuery(request);
    const sent = bodyRule
      ? bytesOf(bodyRule.evaluate(variablesOf(request)))
      : (body?.bytes ?? EMPTY);
    if (asked === undefined) return NO_PATH;
    if (sent === undefined) return NO_BODY;
    const check: OutgoingRequest = {
      method: request.method,
      path: asked,
      headers: ['host', service.authority],
      body: sent.length > 0 ? sent : null,
    };
    for (const name of told) copyField(name, request, check);
    if (body && !bodyRule) {
      setHeader(check.headers, PARTIAL_BODY, String(!body.isWhole));
    }
    for (const [name, rule] of added) {
      setField(check, name, rule && fieldText(rule.evaluate(variablesOf(request))));
    }
    if (sent.length > 0 || !WITHOUT_BODY.has(request.method)) {
      setHeader(check.headers, 'content-length', String(sent.length));
    }
    return check;
  };
}

const EMPTY = new Uint8Array();
/** A request of another method says that it has no body (RFC 9110 §8.6). */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE', 'CONNECT']);

function compileOptional(
  path: string,
  source: string | undefined,
  { expressions }: CheckHost,
): Rule | undefined {
  return source === undefined ? undefined : expressions.compile(path, source);
}

/** Path and query as they may stand in a request line. */
const PATH = /^\/[!"$-~]*$/;

function pathIn(rule: Rule, request: RequestContext): string | undefined {
  const value = rule.evaluate(variablesOf(request));
  return typeof value === 'string' && PATH.test(value) ? value : undefined;
}

/** Text and bytes as they are, anything else as JSON. */
function bytesOf(value: CelResult): Uint8Array | undefined {
  if (value instanceof CelError) return undefined;
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value);
  const json = jsonOf(value);
  return json === undefined ? undefined : Buffer.from(JSON.stringify(json));
}

/** All lines of a field: the service must see what the backend will. */
function copyField(name: string, request: RequestContext, check: OutgoingRequest): void {
  const pseudo = PSEUDO_FIELDS.get(name);
  if (pseudo) return setField(check, name, pseudo(request));
  const { headers } = request;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === name && name !== PARTIAL_BODY && !isOurs(name))
      check.headers.push(name, headers[i + 1]);
  }
}

/** What says where the call goes, and where it ends. */
function isOurs(name: string): boolean {
  return name === 'host' || name === 'content-length' || isHopByHop(name);
}

/** Sets a field of the call, or takes it away where there is no value. */
function setField(check: OutgoingRequest, name: string, value: string | undefined): void {
  const part = LINE_PARTS.get(name);
  if (part) {
    if (value !== undefined) part(check, value);
  } else if (value === undefined) removeHeader(check.headers, name);
  else if (isToken(name) && !isOurs(name)) setHeader(check.headers, name, value);
}

type LinePart = (check: OutgoingRequest, value: string) => void;

const METHOD: LinePart = (check, value) => {
  if (isToken(value)) check.method = value;
};

const PATH_AND_QUERY: LinePart = (check, value) => {
  if (PATH.test(value)) check.path = value;
};

const HOST: LinePart = (check, value) => {
  if (parseAuthority(value)) setHeader(check.headers, 'host', value);
};

const LINE_PARTS: ReadonlyMap<string, LinePart> = new Map([
  [':method', METHOD],
  [':path', PATH_AND_QUERY],
  [':scheme', () => {}],
  [':authority', HOST],
  ['host', HOST],
]);

/** Texts, numbers and truths; one character a byte. */
function fieldText(value: CelResult): string | undefined {
  const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  const bytes =
    value instanceof Uint8Array ? value : isPlain ? Buffer.from(String(value)) : undefined;
  const text = bytes && Buffer.from(bytes).toString('latin1');
  return text !== undefined && isFieldValue(text) ? text : undefined;
}

// ---------------------------------------------------------------- what is answered

type Decide = (request: RequestContext, answer: GatheredAnswer) => Answered | Unanswered;

function compileDecision(settings: HttpExtAuthz, host: CheckHost): Decide {
  const { http } = settings.protocol;
  const at = `${settings.path}.protocol.http`;
  const metadataOf = compileMetadata(http.metadata, `${at}.metadata`, host);
  const redirect = compileOptional(`${at}.redirect`, http.redirect, host);
  return function decide(request, answer) {
    const { status } = answer;
    const isSmall = answer.body.length <= MAX_CACHED_BYTES;
    if (letsPass(status)) {
      return {
        decision: allowance(http, answer, metadataOf(request, answer)),
        cacheable: isSmall,
      };
    }
    const isRefusal = status === 401 || status === 403;
    if (isRefusal && redirect) return redirected(redirect, request);
    return { decision: verbatim(answer), cacheable: isRefusal && isSmall };
  };
}

/** What clients send of right, and a service may replace: it says nothing on behalf of the service. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/** Fields of the answer that the backend gets; what the client sends by their names, credentials apart, does not. */
function allowance(
  { includeResponseHeaders }: HttpSettings,
  { headers }: GatheredAnswer,
  metadata: Struct | undefined,
): Allowance {
  const answered = endToEndResponse(headers);
  const changes = includeResponseHeaders.flatMap((name) => {
    const value = headerValue(answered, name);
    return value === undefined || isOurs(name)
      ? []
      : [{ name, value, action: 'overwrite' } as const];
  });
  return {
    removed: removable(includeResponseHeaders).filter((name) => !CREDENTIALS.has(name)),
    changes,
    responseHeaders: [],
    querySet: [],
    queryRemoved: [],
    metadata,
  };
}

function compileMetadata(
  metadata: Readonly<Record<string, string>>,
  path: string,
  { extAuthAnswers }: CheckHost,
) {
  const rules = Object.entries(metadata).map(
    ([name, source]) => [name, extAuthAnswers.compile(`${path}.${name}`, source)] as const,
  );
  if (rules.length === 0) return () => undefined;
  return function metadataOf(request: RequestContext, answer: GatheredAnswer): Struct {
    const variables = { ...variablesOf(request), response: responseView(answer) };
    const known: Record<string, unknown> = Object.create(null);
    for (const [name, rule] of rules) {
      const value = rule && jsonOf(rule.evaluate(variables));
      if (value !== undefined) known[name] = value;
    }
    return known;
  };
}

function responseView({ status, headers, body }: GatheredAnswer): ResponseView {
  return new ResponseView({ code: status, headers, body });
}

function redirected(redirect: Rule, request: RequestContext): Answered | Unanswered {
  const location = redirect.evaluate(variablesOf(request));
  if (typeof location !== 'string' || !isFieldValue(location)) return NO_PLACE;
  return { decision: denial(directAnswer(302, ['location', location])), cacheable: true };
}

/** The service's own answer is the client's. */
function verbatim({ status, headers, body }: GatheredAnswer): Denial {
  const fields: HeaderList = endToEndResponse(headers);
  removeHeader(fields, 'content-length');
  return denial({ ...directAnswer(status, fields), bytes: body });
}

function denial(answer: Answer): Denial {
  return { answer, metadata: undefined };
}
