import type { NormalPolicies } from '../standalone/normal-document';
import type { ExtAuthHost } from './ext-auth/ext-auth-host';
import { compileApiKey } from './policies/api-key';
import { compileAuthorization } from './policies/authorization';
import { compileBasicAuth } from './policies/basic-auth';
import { compileCors } from './policies/cors';
import { compileDirectResponse } from './policies/direct-response';
import { compileExtAuth } from './policies/ext-auth';
import { compileHeaderModifier } from './policies/header-modifier';
import { compileJwt } from './policies/jwt';
import { compileLocalRateLimit } from './policies/rate-limit';
import { compileRedirect } from './policies/redirect';
import { compileRewrite } from './policies/rewrite';
import type { RequestPolicy } from './policy';

/** How one key of `policies` becomes something that runs. */
type Step = {
  [K in keyof NormalPolicies]-?: readonly [
    key: K,
    compile: (policy: NonNullable<NormalPolicies[K]>, host: ExtAuthHost) => RequestPolicy,
  ];
}[keyof NormalPolicies];

/**
 * The order of policies in a phase. Timeouts, retries and mirrors are not among them: they speak of the upstream call.
 *
 * - CORS is before every authentication: a preflight carries no credentials, and a page must be able to read a 401.
 * - Authentication is before everything that changes or answers a request: a rewrite cannot feed it, and a redirect or
 *   a direct response cannot be had without it.
 * - Tokens come before passwords and keys, as in agentgateway: who accepts either puts up with the first not matching.
 * - External authorization comes next: its service sees who was authenticated, and no credential that was consumed.
 * - Authorization follows, since its rules speak of who was authenticated and of what the service has said.
 * - Limits count who was let in, so that refused callers use up nobody's share; and what is answered without an upstream
 *   counts too.
 * - Changes to the request come before the answers made from it: a redirect tells the rewritten path.
 */
const ORDER: readonly Step[] = [
  ['cors', compileCors],
  ['jwtAuth', compileJwt],
  ['basicAuth', compileBasicAuth],
  ['apiKey', compileApiKey],
  ['extAuthz', compileExtAuth],
  ['authorization', compileAuthorization],
  ['localRateLimit', compileLocalRateLimit],
  ['requestHeaderModifier', compileRequestHeaderModifier],
  ['responseHeaderModifier', compileResponseHeaderModifier],
  ['urlRewrite', compileRewrite],
  ['requestRedirect', compileRedirect],
  ['directResponse', compileDirectResponse],
];

/** Compiles what a document says of policies; what is shared by many routes is compiled once. */
export class Pipeline {
  /** By step as well: aliases of YAML let one object stand at several keys. */
  readonly #compiled = new Map(ORDER.map((step) => [step, new WeakMap<object, RequestPolicy>()]));

  constructor(private readonly host: ExtAuthHost) {}

  compile(policies: NormalPolicies): RequestPolicy[] {
    return ORDER.flatMap((step) => this.#compileStep(step, policies));
  }

  #compileStep(step: Step, policies: NormalPolicies): RequestPolicy[] {
    const [key, compile] = step as [
      keyof NormalPolicies,
      (policy: object, host: ExtAuthHost) => RequestPolicy,
    ];
    const policy = policies[key];
    if (policy === undefined) return [];
    const compiledBefore = this.#compiled.get(step);
    const known = compiledBefore?.get(policy);
    if (known) return [known];
    const compiled = compile(policy, this.host);
    compiledBefore?.set(policy, compiled);
    return [compiled];
  }
}

function compileRequestHeaderModifier(
  modifier: NonNullable<NormalPolicies['requestHeaderModifier']>,
): RequestPolicy {
  const modify = compileHeaderModifier(modifier);
  return function requestHeaderModifier(request) {
    modify(request.headers);
    return undefined;
  };
}

function compileResponseHeaderModifier(
  modifier: NonNullable<NormalPolicies['responseHeaderModifier']>,
): RequestPolicy {
  const modify = compileHeaderModifier(modifier);
  return function responseHeaderModifier(request) {
    request.responseModifiers.push(modify);
    return undefined;
  };
}
