import type { HeaderList } from '../../effects';
import { parseAuthority } from '../../http/authority';
import { isFieldValue, isToken } from '../../http/field-syntax';
import { removeHeader } from '../../http/header-list';
import { isHopByHop } from '../../http/hop-by-hop';
import { withoutQueryParameter, withQueryParameter } from '../../http/query';
import type { Answer } from '../answer';
import type { RequestContext } from '../request-context';
import { changeHeader, type HeaderChange } from './header-change';
import type { Struct } from './protobuf-struct';

/** What an authorization service has decided: what happens to the request, any number of times. */
export type Decision = Allowance | Denial;

export interface Allowance {
  readonly removed: readonly string[];
  readonly changes: readonly HeaderChange[];
  /** What the client's answer is changed by. */
  readonly responseHeaders: readonly HeaderChange[];
  readonly querySet: readonly (readonly [name: string, value: string])[];
  readonly queryRemoved: readonly string[];
  /** What later expressions see as `extauthz`. */
  readonly metadata: Struct | undefined;
}

export interface Denial {
  readonly answer: Answer;
  readonly metadata: Struct | undefined;
}

/** Why a service's answer cannot be followed. */
export class BadDecision extends Error {}

/** Lets the request pass with its changes, or gives the answer. */
export function applyDecision(decision: Decision, request: RequestContext): Answer | undefined {
  if (decision.metadata) request.extauthz = decision.metadata;
  if ('answer' in decision) return decision.answer;
  for (const name of decision.removed) removeHeader(request.headers, name);
  for (const change of decision.changes) changeRequest(request, change);
  for (const [name, value] of decision.querySet) {
    request.query = withQueryParameter(request.query, name, value);
  }
  for (const name of decision.queryRemoved) {
    request.query = withoutQueryParameter(request.query, name);
  }
  request.responseChanges.push(...decision.responseHeaders);
  return undefined;
}

function changeRequest(request: RequestContext, change: HeaderChange): void {
  const pseudo = PSEUDO_FIELDS.get(change.name);
  if (pseudo) pseudo.change(request, change.value);
  else changeHeader(request.headers, change);
}

interface PseudoField {
  isValid(value: string): boolean;
  change(request: RequestContext, value: string): void;
}

const AUTHORITY: PseudoField = {
  isValid: (value) => parseAuthority(value) !== undefined,
  change: (request, value) => {
    request.authority = parseAuthority(value) ?? request.authority;
  },
};

/** Path and query as they may stand in a request line; a fragment never travels (RFC 9110 §4.2.5). */
const PATH = /^\/[!"$-~]*$/;

const METHOD: PseudoField = {
  isValid: isToken,
  change: (request, value) => {
    request.method = value;
  },
};

const PATH_AND_QUERY: PseudoField = {
  isValid: (value) => PATH.test(value),
  change: (request, value) => {
    const at = value.indexOf('?');
    request.path = at < 0 ? value : value.slice(0, at);
    request.query = at < 0 ? '' : value.slice(at + 1);
  },
};

const SCHEME: PseudoField = {
  isValid: (value) => value === 'http' || value === 'https',
  change: (request, value) => {
    request.scheme = value === 'https' ? 'https' : 'http';
  },
};

/** Parts of the request line that a service may change as if they were fields. */
const PSEUDO_FIELDS: ReadonlyMap<string, PseudoField> = new Map([
  [':method', METHOD],
  [':path', PATH_AND_QUERY],
  [':scheme', SCHEME],
  [':authority', AUTHORITY],
  ['host', AUTHORITY],
]);

/** Where a message ends and which connection it is on is not for a service to say. */
function isFraming(name: string): boolean {
  return isHopByHop(name) || name === 'content-length';
}

/** The fields that may be removed, by name. */
export function removable(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith(':') && name !== 'host' && !isFraming(name));
}

/**
 * The changes that may be made to a request.
 *
 * @throws BadDecision where one cannot be: leaving it out could leave what a client has forged in its place
 */
export function requestChanges(changes: readonly HeaderChange[]): HeaderChange[] {
  return changes.filter(({ name, value }) => {
    if (isFraming(name)) return false;
    const pseudo = PSEUDO_FIELDS.get(name);
    if (pseudo ? pseudo.isValid(value) : isToken(name) && isFieldValue(value)) return true;
    throw new BadDecision(`the service changes ${shown(name)} to what it cannot be`);
  });
}

/**
 * The changes that may be made to an answer.
 *
 * @throws BadDecision where one cannot be
 */
export function answerChanges(changes: readonly HeaderChange[]): HeaderChange[] {
  const made: HeaderChange[] = [];
  for (const change of changes) {
    const { name, value } = change;
    if (isFraming(name)) continue;
    if (!isToken(name) || !isFieldValue(value)) {
      throw new BadDecision(`the service answers with a ${shown(name)} that cannot be`);
    }
    made.push(isAnotherCookie(change) ? { ...change, action: 'append' } : change);
  }
  return made;
}

/**
 * The fields of an answer that changes make.
 *
 * @throws BadDecision where one cannot be
 */
export function answerFields(changes: readonly HeaderChange[]): HeaderList {
  const fields: HeaderList = [];
  for (const change of answerChanges(changes)) changeHeader(fields, change);
  return fields;
}

/** Each cookie is a field of its own (RFC 6265 §3), so that one is no other value of the one before. */
function isAnotherCookie({ name, value, action }: HeaderChange): boolean {
  return name === 'set-cookie' && action === 'overwrite' && value !== '';
}

/** Names are short and harmless where they are right; others come from whoever answered. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}
