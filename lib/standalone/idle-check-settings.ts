import { CelError } from '../cel/cel-error';
import { activation } from '../cel/gateway/activation';
import { compileRule } from '../cel/gateway/rule';
import { type CelResult, Duration } from '../cel/value';
import type { ConditionalExtAuthz } from './document';
import type { Findings } from './findings';

/** Says which settings of a check by an authorization service are valid and do not do what they are there for. */
export function reportIdleSettings(
  { failureMode, includeRequestBody, cache }: ConditionalExtAuthz,
  path: string,
  findings: Findings,
): void {
  if (typeof failureMode === 'object') reportStatus(failureMode.denyWithStatus, path, findings);
  if (includeRequestBody && !includeRequestBody.maxRequestBytes) reportNoBody(path, findings);
  if (cache) reportCache(cache, path, findings);
}

function reportStatus(status: number, path: string, findings: Findings): void {
  if (status < 200 || status > 399) return;
  findings.warning(
    'RefusedAsSuccess',
    `${path}.failureMode.denyWithStatus`,
    `requests that nobody could be asked about are answered ${status}, which clients take for a success or a redirect`,
    'write a status from 400 to 599, such as 503',
  );
}

function reportNoBody(path: string, findings: Findings): void {
  findings.warning(
    'BodyNotSent',
    `${path}.includeRequestBody.maxRequestBytes`,
    'without a size above 0, nothing of a body is sent: requests with one are refused with 413, or judged without it where `allowPartialMessage` is true',
    'write how many bytes the service is to see, such as `maxRequestBytes: 8192`; Kubernetes requires it',
  );
}

function reportCache(
  { key, ttl }: NonNullable<ConditionalExtAuthz['cache']>,
  path: string,
  findings: Findings,
): void {
  if (key.length === 0) {
    findings.warning(
      'NoEffect',
      `${path}.cache.key`,
      'without a part in the key nothing is ever remembered: the service is asked about every request',
      'name what a decision depends on, such as `request.headers["authorization"]`, or remove `cache`',
    );
  }
  const value = constantOf(ttl);
  if (value === undefined || mayHold(value)) return;
  findings.warning(
    'NoEffect',
    `${path}.cache.ttl`,
    `\`${ttl}\` is no time for which a decision holds: the service is asked about every request`,
    'write a duration, such as `duration("5m")`',
  );
}

/** What an expression always gives; nothing where it depends on the request, or is none. */
function constantOf(source: string): CelResult | undefined {
  const { rule } = compileRule(source, 'response');
  if (!rule || rule.reads.size > 0) return undefined;
  const value = rule.evaluate(NOBODY);
  return value instanceof CelError ? undefined : value;
}

const NOBODY = activation({});

/** Numbers are seconds since 1970, and those of long ago were meant as durations. */
function mayHold(value: CelResult): boolean {
  if (value instanceof Duration) return value.seconds > 0 || value.nanos > 0;
  if (typeof value === 'number') return value > LONG_AGO;
  return typeof value === 'object' && value !== null && 'seconds' in value;
}

/** In 2001. */
const LONG_AGO = 1_000_000_000;
