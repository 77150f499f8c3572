import type { Diagnostic } from '../diagnostic';
import type { NormalBackend, NormalDocument, NormalRoute, PathMatch } from '../standalone/document';
import { regexProblem } from '../standalone/regex';
import { policyPlaces } from './policy-places';
import { unsafeValues } from './unsafe-values';

/**
 * What a well-formed document may say that this gateway cannot run: refused with its place, never ignored.
 */
export function refuse(document: NormalDocument): Diagnostic[] {
  const listeners = document.binds.flatMap((bind) => bind.listeners);
  const routes = listeners.flatMap((listener) => listener.routes);
  return [
    ...refuseConfig(document),
    ...policyPlaces(document).flatMap(({ path, policies }) => unsafeValues(path, policies)),
    ...routes.flatMap(refuseMatches),
    ...routes.flatMap(({ backends }) => backends).flatMap(refuseBackend),
    ...routes
      .flatMap((route) => route.backends)
      .flatMap(({ path, policies }) => unsafeValues(`${path}.policies`, policies)),
  ];
}

function refuseConfig({ config }: NormalDocument): Diagnostic[] {
  if (config.http1HeaderCase !== 'preserve') return [];
  return [
    {
      severity: 'error',
      code: 'Unsupported',
      path: 'frontendPolicies.http.http1HeaderCase',
      message: 'this gateway writes header names in lower case only',
      hint: 'leave it out: names are compared without case (RFC 9110 §5.1)',
    },
  ];
}

/** What is understood and not run yet. */
const NOT_YET: readonly (readonly [key: string, isMeant: (backend: NormalBackend) => unknown])[] = [
  ['ai', ({ target }) => target !== 'invalid' && 'llm' in target],
  ['policies.backendTLS', ({ policies }) => policies.tls],
  ['policies.backendAuth', ({ policies }) => policies.auth],
  ['policies.tcp', ({ policies }) => policies.connectTimeoutMs !== undefined],
];

function refuseBackend(backend: NormalBackend): Diagnostic[] {
  const found = NOT_YET.filter(([, isMeant]) => isMeant(backend));
  return found.map(([key]) => ({
    severity: 'error',
    code: 'Unsupported',
    path: `${backend.path}.${key}`,
    message: 'this gateway does not run it yet, so it refuses the file rather than ignoring it',
    hint: 'run this with agentgateway, or remove it',
  }));
}

function refuseMatches({ path, matches }: NormalRoute): Diagnostic[] {
  return matches.flatMap((match, i) => {
    const at = `${path}.matches[${i}]`;
    return [
      ...refuseRegex(`${at}.path.regex`, match.path),
      ...(match.headers ?? []).flatMap(({ value }, j) =>
        refuseRegex(`${at}.headers[${j}].value.regex`, value),
      ),
      ...(match.query ?? []).flatMap(({ value }, j) =>
        refuseRegex(`${at}.query[${j}].value.regex`, value),
      ),
    ];
  });
}

function refuseRegex(
  path: string,
  match: PathMatch | { exact: string } | { regex: string },
): Diagnostic[] {
  const problem = 'regex' in match ? regexProblem(match.regex) : undefined;
  return problem ? [{ severity: 'error', path, ...problem }] : [];
}
