import { randomUUID } from 'node:crypto';
import { formatAuthority } from '../../http/authority';
import { isFieldValue, isToken } from '../../http/field-syntax';
import { frameGrpcMessage, grpcStatusOf, grpcTimeout, onlyGrpcMessage } from '../../http/grpc';
import { headerValue } from '../../http/header-list';
import type { NormalExtAuthz } from '../../standalone/normal-document';
import { directAnswer, refusal } from '../answer';
import { variablesOf } from '../expression-variables';
import type { BodyStart, RequestContext } from '../request-context';
import { callWhole, type GatheredAnswer } from '../whole-call';
import {
  type Answered,
  type Ask,
  MAX_ANSWER_BYTES,
  MAX_CACHED_BYTES,
  type Unanswered,
} from './ask';
import {
  type CheckAttributes,
  CheckRequestEncoder,
  encodeContextExtensions,
} from './check-request';
import { type CheckResponse, readCheckResponse, readCode } from './check-response';
import {
  answerChanges,
  answerFields,
  BadDecision,
  type Decision,
  removable,
  requestChanges,
} from './decision';
import type { CheckHost } from './ext-auth-host';
import { jsonOf } from './json-of';
import type { Struct } from './protobuf-struct';
import type { Service } from './service';
import { compileToldHeaders, pathAndQuery } from './told-headers';

/** Settings that choose gRPC. */
export type GrpcExtAuthz = NormalExtAuthz & {
  readonly protocol: Extract<NormalExtAuthz['protocol'], { grpc: unknown }>;
};

const CHECK = '/envoy.service.auth.v3.Authorization/Check';
const REFUSED = refusal('extAuthRefused');

/** Asks by `envoy.service.auth.v3.Authorization/Check`. */
export function compileGrpcAsk(settings: GrpcExtAuthz, service: Service, host: CheckHost): Ask {
  const attributesOf = compileAttributes(settings, host);
  const encoder = new CheckRequestEncoder();
  const { upstream, authority, timeoutMs } = service;
  const options = { timeoutMs, maxBytes: MAX_ANSWER_BYTES, repeatable: true };
  const fields = [
    ...['host', authority, 'content-type', 'application/grpc', 'te', 'trailers'],
    ...['grpc-timeout', grpcTimeout(timeoutMs)],
  ];
  return async function askByGrpc(request, told) {
    const body = frameGrpcMessage(encoder.encode(attributesOf(request, told)));
    const check = { method: 'POST', path: CHECK, headers: [...fields], body };
    service.prepare(check, request);
    const answer = await callWhole(upstream, check, options);
    return 'failure' in answer
      ? { ...answer, refuses: answer.tooLong ?? false }
      : readAnswer(answer);
  };
}

// ---------------------------------------------------------------- what is asked

type AttributesOf = (request: RequestContext, body: BodyStart | undefined) => CheckAttributes;

function compileAttributes(settings: GrpcExtAuthz, host: CheckHost): AttributesOf {
  const { includeRequestHeaders, includeRequestBody, protocol } = settings;
  const headersOf = compileToldHeaders(includeRequestHeaders);
  const metadataOf = compileMetadata(settings, host);
  const contextExtensions = encodeContextExtensions(protocol.grpc.context);
  const packAsBytes = includeRequestBody?.packAsBytes ?? false;
  return function attributes(request, body) {
    const { connection, authority } = request;
    return {
      source: connection.source,
      destination: formatAuthority(connection.localAddress ?? '', connection.port),
      time: request.startedAt,
      http: {
        id: headerValue(request.headers, 'traceparent') ?? traceId(),
        method: request.method,
        headers: headersOf(request),
        path: pathAndQuery(request),
        host: formatAuthority(authority.host, authority.port),
        scheme: request.scheme,
        protocol: request.httpVersion === 'HTTP/2.0' ? 'HTTP/2' : request.httpVersion,
        size: body ? sizeOf(body) : 0,
        body: body && toldBody(body, packAsBytes),
      },
      metadata: metadataOf(request),
      contextExtensions,
      sni: connection.tls ? (connection.sni ?? '') : undefined,
    };
  };
}

function sizeOf({ bytes, isWhole }: BodyStart): number {
  return isWhole ? bytes.length : -1;
}

function toldBody({ bytes }: BodyStart, packAsBytes: boolean) {
  return packAsBytes ? { bytes } : { text: Buffer.from(bytes).toString('utf8') };
}

/** A name for a request that brings none: a `traceparent` (W3C Trace Context) that nothing follows. */
function traceId(): string {
  const [trace, span] = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''));
  return `00-${trace}-${span.slice(0, 16)}-00`;
}

const NO_METADATA: ReadonlyMap<string, Struct> = new Map();
/** Where Envoy's filter for tokens puts their claims. */
const JWT_METADATA = 'envoy.filters.http.jwt_authn';

function compileMetadata({ path, protocol }: GrpcExtAuthz, { expressions }: CheckHost) {
  const { metadata } = protocol.grpc;
  if (!metadata) {
    return ({ jwt }: RequestContext) =>
      jwt ? new Map([[JWT_METADATA, { jwt_payload: jwt.claims }]]) : NO_METADATA;
  }
  const at = `${path}.protocol.grpc.metadata`;
  const rules = Object.entries(metadata).flatMap(([name, source]) => {
    const rule = expressions.compile(`${at}.${name}`, source);
    return rule ? [[name, rule] as const] : [];
  });
  return function metadataOf(request: RequestContext): ReadonlyMap<string, Struct> {
    const variables = variablesOf(request);
    const known = new Map<string, Struct>();
    for (const [name, rule] of rules) {
      const value = jsonOf(rule.evaluate(variables));
      if (isStruct(value)) known.set(name, value);
    }
    return known;
  };
}

function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// ---------------------------------------------------------------- what is answered

const HAS_FAILED = { failure: 'the service answers that it has failed (error_response)' };
const NO_ANSWER = { failure: 'the service answers with something that is no CheckResponse' };

/** A decision, or why there is none; whatever the bytes are. */
function readAnswer({ status, headers, body, trailers }: GatheredAnswer): Answered | Unanswered {
  if (status !== 200) return { failure: `the service answers with HTTP status ${status}` };
  const code = grpcStatusOf(headers, trailers);
  if (code === undefined) return { failure: 'the service answers without a status of gRPC' };
  if (code !== 0) return { failure: `the service answers with gRPC status ${code}` };
  const message = onlyGrpcMessage(body);
  if (message === undefined) return NO_ANSWER;
  try {
    const response = readCheckResponse(message);
    // A refusal beside it is one all the same, also where requests pass while nobody can be asked.
    if (response.isError && response.code === 0) return HAS_FAILED;
    const decision = decisionOf(response);
    return { decision, cacheable: message.length <= MAX_CACHED_BYTES };
  } catch (error) {
    return error instanceof BadDecision
      ? { failure: error.message, refuses: true }
      : { ...NO_ANSWER, refuses: readCode(message) !== 0 };
  }
}

function decisionOf({ code, http, dynamicMetadata }: CheckResponse): Decision {
  const metadata = Object.keys(dynamicMetadata).length > 0 ? dynamicMetadata : undefined;
  if (code !== 0) {
    const answer = http && 'denied' in http ? deniedAnswer(http.denied) : REFUSED;
    return { answer, metadata };
  }
  const ok = http && 'ok' in http ? http.ok : UNCHANGED;
  return {
    removed: removable(ok.headersToRemove),
    changes: requestChanges(ok.headers),
    responseHeaders: answerChanges(ok.responseHeadersToAdd),
    querySet: ok.queryParametersToSet,
    queryRemoved: ok.queryParametersToRemove,
    metadata,
  };
}

const UNCHANGED = {
  headers: [],
  headersToRemove: [],
  responseHeadersToAdd: [],
  queryParametersToSet: [],
  queryParametersToRemove: [],
};

type Denied = Extract<CheckResponse['http'], { denied: unknown }>['denied'];

/** Without the fields that cannot be: a refusal is one whatever else the service says. */
function deniedAnswer({ status, headers, body }: Denied) {
  const fields = answerFields(
    headers.filter(({ name, value }) => isToken(name) && isFieldValue(value)),
  );
  const named = headerValue(fields, 'content-type') !== undefined;
  // Envoy says so too; otherwise browsers would guess what the text is.
  const type = body !== '' && !named ? ['content-type', 'text/plain'] : [];
  return directAnswer(finalStatus(status), [...type, ...fields], body);
}

/** A status that ends an exchange; 403 for any other. */
function finalStatus(status = 403): number {
  return status >= 200 && status <= 599 ? status : 403;
}
