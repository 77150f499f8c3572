import type { Diagnostic } from '../diagnostic';
import { implicitCredentials } from '../llm/provider';
import type { PathMatch } from '../standalone/document';
import type {
  NormalBackend,
  NormalDocument,
  NormalLlmProvider,
  NormalRoute,
} from '../standalone/normal-document';
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

function refuseBackend({ path, target, policies }: NormalBackend): Diagnostic[] {
  if (target === 'invalid' || !('llm' in target)) return unsafeValues(`${path}.policies`, policies);
  const providers = target.llm.flat();
  return providers.flatMap((provider) => [
    ...unsafeValues(`${provider.path}.policies`, provider.policies),
    ...refuseProvider(provider),
  ]);
}

/** Where no credential is configured, some providers are asked with the identity of the machine. */
function refuseProvider({ path, provider, policies }: NormalLlmProvider): Diagnostic[] {
  const identity = policies.auth ? undefined : implicitCredentials(provider.kind);
  if (identity === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'Unsupported',
      path: `${path}.provider.${provider.kind}`,
      message: `without \`backendAuth\` agentgateway asks \`${provider.kind}\` with ${identity}, which this gateway has not`,
      hint: 'write a key under `policies.backendAuth`, or run this with agentgateway',
    },
  ];
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
