import { quoted } from '../schema/json';
import type { BackendPoliciesEntry, RoutePolicies } from '../standalone/document';
import type { Context } from './context';
import type { Fields } from './fields';
import type { KubeObject } from './objects';
import { translateCors } from './policies/cors';
import { translateHeaderModifier } from './policies/header-modifier';
import { translateMirror } from './policies/mirror';
import { translateRedirect } from './policies/redirect';
import { translateRewrite } from './policies/rewrite';

export interface TranslatedFilters<P> {
  readonly policies: P;
  /** Where each policy was written. */
  readonly paths: ReadonlyMap<string, string>;
  /** Whether a filter is missing from them: then the rule may not serve. */
  readonly refused: boolean;
}

type Translate = (settings: Fields, route: KubeObject, context: Context) => unknown;

interface FilterKind {
  /** The field of the filter, and the key of the file: the two agree. */
  readonly field: keyof RoutePolicies;
  readonly translate: Translate;
}

const ROUTE_FILTERS: Readonly<Record<string, FilterKind>> = {
  RequestHeaderModifier: { field: 'requestHeaderModifier', translate: translateHeaderModifier },
  ResponseHeaderModifier: { field: 'responseHeaderModifier', translate: translateHeaderModifier },
  RequestRedirect: { field: 'requestRedirect', translate: translateRedirect },
  URLRewrite: { field: 'urlRewrite', translate: translateRewrite },
  RequestMirror: { field: 'requestMirror', translate: translateMirror },
  CORS: { field: 'cors', translate: translateCors },
};

const BACKEND_FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect'];

/** The filters of a rule as the policies that a file writes at its route. */
export function translateRouteFilters(
  rule: Fields,
  route: KubeObject,
  context: Context,
): TranslatedFilters<RoutePolicies> {
  return translateFilters(rule, Object.keys(ROUTE_FILTERS), (kind, settings) =>
    kind.translate(settings, route, context),
  );
}

/** The filters of a `backendRef`: agentgateway has fewer of them. */
export function translateBackendFilters(
  reference: Fields,
): TranslatedFilters<BackendPoliciesEntry> {
  return translateFilters(reference, BACKEND_FILTERS, (kind, settings) =>
    (kind.translate as (settings: Fields) => unknown)(settings),
  );
}

function translateFilters<P>(
  owner: Fields,
  supported: readonly string[],
  translate: (kind: FilterKind, settings: Fields) => unknown,
): TranslatedFilters<P> {
  const policies = new Map<string, unknown>();
  const paths = new Map<string, string>();
  let refused = false;
  for (const filter of owner.entries('filters')) {
    const type = filter.text('type') ?? '';
    const kind = supported.includes(type) ? ROUTE_FILTERS[type] : undefined;
    const settings = kind && filter.fields(kind.field);
    if (!kind || !settings) {
      refuseFilter(filter, type, kind);
      refused = true;
    } else if (policies.has(kind.field)) {
      refuseSecond(filter, type);
      refused = true;
    } else {
      const policy = translate(kind, settings);
      if (policy !== undefined) policies.set(kind.field, policy);
      paths.set(kind.field, filter.path);
    }
  }
  return { policies: Object.fromEntries(policies) as P, paths, refused };
}

function refuseFilter(filter: Fields, type: string, kind: FilterKind | undefined): void {
  if (kind) {
    const message = `a filter of type ${type} needs \`${kind.field}\`; its requests are answered 500`;
    return filter.findings.error('Required', filter.at(kind.field), message);
  }
  filter.findings.error(
    'Unsupported',
    filter.at('type'),
    `filters of type ${quoted(type)} are not translated here, so the requests that they would see are answered 500`,
    'remove the filter, or run this with agentgateway',
  );
}

function refuseSecond(filter: Fields, type: string): void {
  filter.findings.error(
    'Unsupported',
    filter.path,
    `a standalone file holds one ${type} for each rule, so its requests are answered 500`,
    'keep one of them',
  );
}
