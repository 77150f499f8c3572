import type { Diagnostic } from '../diagnostic';
import { fieldPath, isObject } from '../schema/json';

/** Policies that keep callers out. */
const GUARDS: ReadonlySet<string> = new Set([
  ...['apiKey', 'authorization', 'basicAuth', 'extAuthz', 'jwtAuth', 'networkAuthorization'],
  ...['mcpAuthentication', 'mcpAuthorization'],
]);

/** Guards of which only the name is written, as in `extAuthz:`: agentgateway takes them as if nothing stood there. */
export function emptyPolicies(document: unknown): Diagnostic[] {
  const found: Diagnostic[] = [];
  const open: Visit[] = [{ value: document, path: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const inside = membersOf(next);
    found.push(...inside.filter(isEmptyGuard).map(({ path }) => findingAt(path)));
    open.push(...inside.reverse());
  }
  return found;
}

interface Visit {
  readonly value: unknown;
  readonly path: string;
  /** @default - an entry of a list */
  readonly name?: string;
}

function membersOf({ value, path }: Visit): Visit[] {
  if (Array.isArray(value)) {
    return value.map((entry, index) => ({ value: entry, path: `${path}[${index}]` }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, member]) => ({
    value: member,
    path: fieldPath(path, name),
    name,
  }));
}

function isEmptyGuard({ name, value }: Visit): boolean {
  return value === null && name !== undefined && GUARDS.has(name);
}

function findingAt(path: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'NoEffect',
    path,
    message: 'nothing is written behind it, so that nobody is kept out here',
    hint: 'write its settings below it, further in, or remove it',
  };
}
