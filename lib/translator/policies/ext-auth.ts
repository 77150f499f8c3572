import { byteSize } from '../../schema/byte-size';
import type { ExtAuthz, ExtAuthzPolicy } from '../../standalone/document';
import type { Context } from '../context';
import { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { translateExtAuthService } from './ext-auth-service';

const HINT = 'remove it, or run this with agentgateway';
const CHECK = ['backendRef', 'url', 'grpc', 'http', 'forwardBody', 'cache', 'failureMode'];
/** Says that requests which no condition is for are meant to pass. */
const UNMATCHED_ANNOTATION = 'cdk8s-agentgateway/allow-unmatched';
const LARGEST = 2 ** 31 - 1;
/** The most that a file can say. */
const LARGEST_BODY = 2n ** 32n - 1n;

/** A check of every request, or several, of which the first whose condition holds is made. */
export function translateExtAuth(
  extAuth: Fields,
  policy: KubeObject,
  context: Context,
): ExtAuthzPolicy {
  if (!extAuth.has('conditional')) return translateCheck(extAuth, policy, context);
  extAuth.refuseOthers([...CHECK, 'conditional'], 'external authorization', HINT);
  const entries = extAuth.entries('conditional');
  if (entries.length === 0) return translateCheck(none(extAuth, 'conditional'), policy, context);
  if (policy.annotations.get(UNMATCHED_ANNOTATION) !== 'true') reportUnchecked(extAuth, entries);
  return { conditional: entries.map((entry) => translateEntry(entry, policy, context)) };
}

function translateEntry(entry: Fields, policy: KubeObject, context: Context) {
  entry.refuseOthers(['condition', 'policy'], 'a check', HINT);
  const condition = entry.text('condition');
  const check = entry.fields('policy') ?? none(entry, 'policy');
  return {
    ...(condition !== undefined && { condition }),
    ...translateCheck(check, policy, context),
  };
}

/** A check that names nobody, and so refuses everybody. */
function none(owner: Fields, name: string): Fields {
  return new Fields({}, owner.at(name), owner.findings);
}

/** What backends take: without conditions. The mode is always written, and closed where nobody can be asked. */
export function translateCheck(check: Fields, policy: KubeObject, context: Context): ExtAuthz {
  check.refuseOthers(CHECK, 'external authorization', HINT);
  const service = translateExtAuthService(check, policy, context);
  const failureMode = check.choice('failureMode', ['FailClosed', 'FailOpen']);
  const isOpen = service.isKnown && failureMode === 'FailOpen';
  if (isOpen) reportOpen(check);
  const http = check.fields('http');
  const requestHeaders = http?.texts('allowedRequestHeaders') ?? [];
  const size = bodySize(check);
  const cache = check.fields('cache');
  return {
    host: service.host,
    ...(service.policies && { policies: service.policies }),
    protocol: http
      ? { http: translateHttp(http, service.path) }
      : { grpc: translateGrpc(check.fields('grpc')) },
    failureMode: isOpen ? 'allow' : 'deny',
    ...(requestHeaders.length > 0 && { includeRequestHeaders: requestHeaders }),
    ...(size !== undefined && {
      includeRequestBody: { maxRequestBytes: size, allowPartialMessage: true },
    }),
    ...(cache && { cache: translateCache(cache) }),
  };
}

function translateGrpc(grpc: Fields | undefined) {
  grpc?.refuseOthers(['contextExtensions', 'requestMetadata'], 'a gRPC check', HINT);
  return {
    ...map(grpc, 'contextExtensions', 'context'),
    ...map(grpc, 'requestMetadata', 'metadata'),
  };
}

function translateHttp(http: Fields, pathOfUrl: string | undefined) {
  http.refuseOthers(
    [
      ...['path', 'body', 'redirect', 'addRequestHeaders', 'allowedRequestHeaders'],
      ...['allowedResponseHeaders', 'responseMetadata'],
    ],
    'an HTTP check',
    HINT,
  );
  const path = http.text('path') ?? pathOfUrl;
  const redirect = http.text('redirect');
  const body = http.text('body');
  const responseHeaders = http.texts('allowedResponseHeaders');
  return {
    ...(path !== undefined && { path }),
    ...(redirect !== undefined && { redirect }),
    ...(body !== undefined && { body }),
    ...(responseHeaders.length > 0 && { includeResponseHeaders: responseHeaders }),
    ...map(http, 'addRequestHeaders', 'addRequestHeaders'),
    ...map(http, 'responseMetadata', 'metadata'),
  };
}

function map(fields: Fields | undefined, name: string, written: string) {
  const values = fields?.textMap(name);
  return values && values.size > 0 ? { [written]: Object.fromEntries(values) } : {};
}

function translateCache(cache: Fields) {
  cache.refuseOthers(['key', 'ttl', 'maxEntries'], 'a cache of decisions', HINT);
  const maxEntries = cache.integer('maxEntries', 1, LARGEST);
  return {
    key: cache.texts('key'),
    ttl: cache.text('ttl') ?? '',
    ...(maxEntries !== undefined && { maxEntries }),
  };
}

function bodySize(check: Fields): number | undefined {
  const body = check.fields('forwardBody');
  body?.refuseOthers(['maxSize'], 'forwarding bodies', HINT);
  if (!body?.has('maxSize')) return undefined;
  const size = byteSize(body.value.maxSize);
  if (size !== undefined) return Number(size < LARGEST_BODY ? size : LARGEST_BODY);
  body.findings.error(
    'Invalid',
    body.at('maxSize'),
    'this is no number of bytes',
    'write it like `8Ki` or `65536`',
  );
  return undefined;
}

// ---------------------------------------------------------------- findings

function reportUnchecked(extAuth: Fields, entries: readonly Fields[]): void {
  if (entries.some((entry) => !entry.has('condition'))) return;
  extAuth.findings.warning(
    'Unchecked',
    extAuth.at('conditional'),
    'requests that no condition is for pass unchecked, and those for which one cannot be evaluated',
    `end with an entry without \`condition\`; where it is meant, annotate the policy with \`${UNMATCHED_ANNOTATION}: "true"\``,
  );
}

function reportOpen(check: Fields): void {
  check.findings.warning(
    'FailsOpen',
    check.at('failureMode'),
    'every request passes unchecked while the service cannot be asked, so whoever can keep it busy gets in',
    'write `failureMode: FailClosed`',
  );
}
