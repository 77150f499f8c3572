import type { ObjectKey } from '../diagnostic';
import type { PathMatch, RouteBackendEntry, RouteMatch, ValueMatch } from '../standalone/document';
import { regexProblem } from '../standalone/regex';
import { translateBackendRef } from './backends/backend-ref';
import type { HostHabit } from './backends/target';
import type { Context } from './context';
import { Fields } from './fields';
import { translateRouteFilters } from './filters';
import type { Level, Setting } from './levels';
import { type KubeObject, nameOf } from './objects';
import { translateRetry } from './policies/retry';
import { translateTimeout } from './policies/timeout';
import type { TrafficField } from './traffic';

/** One rule of a route, the same at every listener. */
export interface Rule {
  /** How the file names it: `cart`, or `cart.00` where the route has several rules. */
  readonly name: string;
  readonly path: string;
  /** Its own name, by which policies target it. */
  readonly section: string | undefined;
  readonly matches: readonly RouteMatch[];
  /** What its filters, timeouts and retries set. */
  readonly inline: Level;
  readonly backends: readonly RouteBackendEntry[];
  /** How its backends were written, in their order. */
  readonly references: readonly WrittenReference[];
  readonly habits: ReadonlySet<HostHabit>;
}

export interface WrittenReference {
  readonly path: string;
  /** `AgentgatewayBackend shop/openai` */
  readonly shown: string;
  readonly key: ObjectKey;
  readonly port: number | undefined;
}

const ANY: RouteMatch = { path: { pathPrefix: '/' } };

export function translateRules(route: KubeObject, context: Context): Rule[] {
  const { spec, key } = route;
  const hint = 'remove it, or run this with agentgateway';
  spec.refuseOthers(['parentRefs', 'hostnames', 'rules'], 'an HTTPRoute', hint);
  const written = spec.entries('rules');
  const rules = written.length > 0 ? written : [new Fields({}, 'spec.rules[0]', spec.findings)];
  return rules.map((rule, index) => {
    const name = rules.length === 1 ? key.name : `${key.name}.${String(index).padStart(2, '0')}`;
    return translateRule(rule, name, route, context);
  });
}

function translateRule(rule: Fields, name: string, route: KubeObject, context: Context): Rule {
  rule.refuseOthers(
    ['name', 'matches', 'filters', 'backendRefs', 'timeouts', 'retry', 'sessionPersistence'],
    'a rule',
    'remove it, or run this with agentgateway',
  );
  if (rule.has('sessionPersistence')) {
    rule.findings.warning(
      'Unsupported',
      rule.at('sessionPersistence'),
      'agentgateway does not support session persistence, so requests go to any backend',
      'remove it',
    );
  }
  const { inline, refused } = inlineLevel(rule, route, context);
  const references = rule.entries('backendRefs');
  const backends = references.map((reference) => translateBackendRef(reference, route, context));
  const matches = rule.entries('matches').map(translateMatch);
  return {
    name,
    path: rule.path,
    section: rule.text('name'),
    matches: matches.length > 0 ? matches : [ANY],
    inline,
    backends: refused ? [{ invalid: null }] : backends.map(({ entry }) => entry),
    references: references.map((reference) => writtenReference(reference, route)),
    habits: new Set(refused ? [] : backends.map(({ habit }) => habit)),
  };
}

function writtenReference(reference: Fields, { key }: KubeObject): WrittenReference {
  const kind = reference.text('kind') ?? 'Service';
  const namespace = reference.text('namespace') ?? key.namespace;
  const target = { kind, namespace, name: reference.text('name') ?? '' };
  const port = reference.integer('port', 1, 65_535);
  return { path: reference.path, shown: `${kind} ${nameOf(target)}`, key: target, port };
}

function inlineLevel(
  rule: Fields,
  route: KubeObject,
  context: Context,
): { inline: Level; refused: boolean } {
  const { policies, paths, refused } = translateRouteFilters(rule, route, context);
  const inline = new Map<TrafficField, readonly Setting[]>();
  const set = (field: TrafficField, value: unknown, path: string) => {
    if (value !== undefined) inline.set(field, [{ value, object: route, path, override: false }]);
  };
  for (const [field, value] of Object.entries(policies)) {
    // A refused rule answers 500; a redirect of its would answer instead.
    if (refused && field === 'requestRedirect') continue;
    set(field as TrafficField, value, paths.get(field) ?? rule.path);
  }
  const timeouts = rule.fields('timeouts');
  if (timeouts) set('timeout', translateTimeout(timeouts), timeouts.path);
  const retry = rule.fields('retry');
  if (retry) set('retry', translateRetry(retry), retry.path);
  return { inline, refused };
}

// ---------------------------------------------------------------- matches

const PATHS: Readonly<Record<string, (value: string) => PathMatch>> = {
  Exact: (exact) => ({ exact }),
  PathPrefix: (pathPrefix) => ({ pathPrefix }),
  RegularExpression: (regex) => ({ regex }),
};

function translateMatch(match: Fields): RouteMatch {
  match.refuseOthers(
    ['path', 'headers', 'queryParams', 'method'],
    'a match',
    'remove it, or run this with agentgateway',
  );
  const method = match.text('method');
  const headers = match.entries('headers').map(translateValueMatch);
  const query = match.entries('queryParams').map(translateValueMatch);
  return {
    path: translatePath(match.fields('path')),
    ...(method && { method }),
    ...(headers.length > 0 && { headers }),
    ...(query.length > 0 && { query }),
  };
}

function translatePath(path: Fields | undefined): PathMatch {
  const value = path?.text('value') ?? '/';
  const type = path?.choice('type', ['Exact', 'PathPrefix', 'RegularExpression']) ?? 'PathPrefix';
  if (path && type === 'RegularExpression') checkRegex(path, value);
  return PATHS[type]!(value);
}

/** agentgateway refuses the route at run time: better at synth. */
function checkRegex(match: Fields, pattern: string): void {
  const problem = regexProblem(pattern);
  if (!problem) return;
  const { code, message, hint } = problem;
  match.findings.error(code, match.at('value'), message, hint);
}

function translateValueMatch(match: Fields): { name: string; value: ValueMatch } {
  const value = match.text('value') ?? '';
  const type = match.choice('type', ['Exact', 'RegularExpression']) ?? 'Exact';
  if (type === 'RegularExpression') checkRegex(match, value);
  return {
    name: match.text('name') ?? '',
    value: type === 'Exact' ? { exact: value } : { regex: value },
  };
}
