import type { Duration, Size } from 'cdk8s';
import { checkExpression } from '../../cel/gateway/check-expression';
import type { Phase } from '../../cel/gateway/phase';
import type { Cel } from '../cel';
import { toGatewayDuration } from '../duration';
import type { ExtAuthProtocol, PlacedExpression } from './ext-auth-protocol';
import type { ExtAuthService } from './ext-auth-service';

const MAX_BODY = 2 ** 32 - 1;
const MAX_KEY = 16;

/** What happens to requests when the service cannot be asked. */
export enum ExtAuthFailureMode {
  /** They are answered 403. */
  FAIL_CLOSED = 'FailClosed',
  /** They pass unchecked: whoever can keep the service busy gets in. */
  FAIL_OPEN = 'FailOpen',
}

/** Remembers decisions, refusals included, so that the service is not asked for every request. */
export interface ExtAuthCache {
  /**
   * Requests for which all of these are the same are decided alike. Leave nothing out that the decision rests on, the
   * credential above all, or one caller gets the decision on another. Where one cannot be evaluated the service is asked.
   */
  readonly key: Cel[];

  /**
   * How long a decision is kept.
   *
   * @default - none; give `ttlExpression` then
   */
  readonly ttl?: Duration;

  /**
   * How long a decision is kept, as a duration or the moment at which it ends, such as
   * `Cel.of('duration(extauthz.ttl)')`.
   *
   * @default - none; give `ttl` then
   */
  readonly ttlExpression?: Cel;

  /**
   * How many decisions are kept.
   *
   * @default 10000
   */
  readonly maxEntries?: number;
}

/** What may be said about a check besides who is asked. */
export interface ExtAuthOptions {
  /**
   * What happens to requests when the service cannot be asked.
   *
   * @default ExtAuthFailureMode.FAIL_CLOSED
   */
  readonly failureMode?: ExtAuthFailureMode;

  /**
   * How much of a request's body the service gets; the rest of a longer body is cut off, and the check goes on.
   *
   * @default - the service sees no body
   */
  readonly forwardBody?: Size;

  /**
   * Which decisions are remembered.
   *
   * @default - every request is asked about
   */
  readonly cache?: ExtAuthCache;
}

/** A check, and the requests that it is for. */
export interface ExtAuthEntry extends ExtAuthOptions {
  /**
   * Which requests it is for. One that cannot be evaluated does not hold.
   *
   * @default - all that no earlier entry is for; only the last entry may go without
   */
  readonly condition?: Cel;

  /** Who decides. */
  readonly service: ExtAuthService;

  /** How the service is asked. */
  readonly protocol: ExtAuthProtocol;
}

/** Where a check runs, for what it may read and whom it may name. */
export interface ExtAuthPlace {
  /** As messages name the policy. */
  readonly owner: string;
  readonly namespace: string;
  readonly phase: Phase;
}

/** A check as the API has it, with everything that decides written out. */
export function renderCheck(entry: ExtAuthEntry, place: ExtAuthPlace): object {
  const { service, protocol, failureMode, forwardBody, cache } = entry;
  checkTogether(entry, place);
  checkExpressions(expressionsOf(entry), place);
  return {
    ...service._toKube(place.namespace),
    ...protocol._toKube(),
    failureMode: failureMode ?? ExtAuthFailureMode.FAIL_CLOSED,
    forwardBody: forwardBody && { maxSize: toByteSize(forwardBody, place) },
    cache: cache && renderCache(cache, place),
  };
}

function checkTogether({ service, protocol, forwardBody }: ExtAuthEntry, place: ExtAuthPlace) {
  if (service._hasPath && protocol._field === 'grpc')
    throw new Error(
      `${place.owner} asks a gRPC service at a URL with a path, which gRPC has not; end the URL after host and port`,
    );
  if (service._hasPath && protocol._sets('path'))
    throw new Error(`${place.owner} has a path in its URL and another in \`path\`; keep one`);
  if (forwardBody && protocol._sets('body'))
    throw new Error(
      `${place.owner} has \`forwardBody\` and \`body\`, which both say what the service gets; keep one`,
    );
}

function toByteSize(size: Size, { owner }: ExtAuthPlace): string | number {
  const kibibytes = size.toKibibytes({ rounding: NO_ROUNDING });
  const bytes = kibibytes * 1024;
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MAX_BODY)
    throw new Error(
      `forwardBody of ${owner} must be 1 to ${MAX_BODY} bytes, got ${bytes}; write for example Size.kibibytes(8)`,
    );
  return Number.isInteger(kibibytes) ? `${kibibytes}Ki` : bytes;
}

/** `SizeRoundingBehavior.NONE` by its value: peers of other versions may be at work. */
const NO_ROUNDING = 2;

function renderCache(cache: ExtAuthCache, { owner }: ExtAuthPlace): object {
  const { key, ttl, ttlExpression, maxEntries } = cache;
  if (key.length < 1 || key.length > MAX_KEY)
    throw new Error(
      `the cache of ${owner} takes 1 to ${MAX_KEY} parts of a key, got ${key.length}`,
    );
  if ((ttl === undefined) === (ttlExpression === undefined))
    throw new Error(`the cache of ${owner} needs one of \`ttl\` and \`ttlExpression\``);
  if (maxEntries !== undefined && !(Number.isInteger(maxEntries) && maxEntries >= 1))
    throw new Error(`maxEntries of ${owner} must be a whole number from 1, got ${maxEntries}`);
  return {
    key: key.map((part) => part._toKube()),
    ttl: ttlExpression?._toKube() ?? ttlText(ttl as Duration, owner),
    maxEntries,
  };
}

function ttlText(ttl: Duration, owner: string): string {
  return `duration("${toGatewayDuration(ttl, `ttl of ${owner}`)}")`;
}

// ---------------------------------------------------------------- expressions

function expressionsOf({ condition, protocol, cache }: ExtAuthEntry): PlacedExpression[] {
  return [
    ...(condition ? [{ place: 'condition', expression: condition }] : []),
    ...protocol._expressions,
    ...(cache?.key ?? []).map((expression, index) => ({
      place: `cache.key[${index}]`,
      expression,
    })),
  ];
}

function checkExpressions(expressions: readonly PlacedExpression[], place: ExtAuthPlace): void {
  for (const { place: at, expression, phase } of expressions) {
    const [problem] = checkExpression(expression.toString(), phase ?? place.phase);
    if (problem?.severity === 'error')
      throw new Error(`\`${at}\` of ${place.owner} cannot work: ${problem.shown}`);
  }
}
