import type { ApiKeyPolicy, CorsPolicy, RoutePolicies } from './document';
import type { Findings } from './findings';
import { parseHost } from './host';
import type { NamedBackends } from './named-backends';
import type { NormalApiKeyPolicy, NormalPolicies } from './normal-document';
import {
  normalizeAuthorization,
  normalizeBasicAuth,
  normalizeJwt,
} from './normalize-authentication';
import { durationAt, textAt } from './normalize-config';
import { normalizeExtAuth } from './normalize-ext-auth';
import { normalizeRateLimits } from './normalize-rate-limit';

const BEARER = { header: { name: 'Authorization', prefix: 'Bearer ' } } as const;

/** Policies of a listener, a route or a target, with their defaults written out. */
export function normalizePolicies(
  policies: RoutePolicies | undefined,
  path: string,
  findings: Findings,
  backends: NamedBackends,
): NormalPolicies {
  const {
    apiKey,
    cors,
    timeout,
    retry,
    localRateLimit,
    jwtAuth,
    basicAuth,
    extAuthz,
    authorization,
    ...others
  } = policies ?? {};
  if (others.requestMirror) {
    checkHost(others.requestMirror.backend.host, `${path}.requestMirror.backend.host`, findings);
  }
  return {
    ...others,
    ...(jwtAuth && { jwtAuth: normalizeJwt(jwtAuth, `${path}.jwtAuth`, findings) }),
    ...(basicAuth && {
      basicAuth: normalizeBasicAuth(basicAuth, `${path}.basicAuth`, findings),
    }),
    ...(extAuthz && {
      extAuthz: normalizeExtAuth(extAuthz, `${path}.extAuthz`, findings, backends),
    }),
    ...(authorization && {
      authorization: normalizeAuthorization(authorization, `${path}.authorization`),
    }),
    ...(apiKey && { apiKey: normalizeApiKey(apiKey, `${path}.apiKey`, findings) }),
    ...(cors && { cors: normalizeCors(cors, `${path}.cors`, findings) }),
    ...(timeout && { timeout: normalizeTimeout(timeout, `${path}.timeout`, findings) }),
    ...(localRateLimit && {
      localRateLimit: normalizeRateLimits(localRateLimit, `${path}.localRateLimit`, findings),
    }),
    ...(retry && {
      retry: {
        attempts: retry.attempts ?? 1,
        backoffMs: durationAt(`${path}.retry.backoff`, retry.backoff, findings) ?? 0,
        codes: retry.codes,
      },
    }),
  };
}

/** Says what is wrong with a host, if anything is. */
export function checkHost(host: string, path: string, findings: Findings): void {
  const target = parseHost(host);
  if ('problem' in target) findings.error('Invalid', path, target.problem, target.hint);
}

function normalizeApiKey(
  { mode, location, keys }: ApiKeyPolicy,
  path: string,
  findings: Findings,
): NormalApiKeyPolicy {
  if (mode === undefined) {
    findings.warning(
      'OptionalByDefault',
      `${path}.mode`,
      'without a mode, requests that bring no key pass: the default of a standalone file is `optional`',
      'write `mode: strict` to require a key, or `mode: optional` to say that this is meant',
    );
  }
  return {
    path,
    mode: mode ?? 'optional',
    location: location ?? BEARER,
    keys: keys.map((entry, index) => {
      const at = `${path}.keys[${index}]`;
      if (entry.allowedModels) reportAllowedModels(`${at}.allowedModels`, findings);
      return {
        ...(entry.key !== undefined && { key: textAt(`${at}.key`, entry.key, findings) }),
        ...(entry.keyHash !== undefined && { keyHash: entry.keyHash }),
        ...(entry.metadata !== undefined && { metadata: entry.metadata }),
      };
    }),
  };
}

function reportAllowedModels(path: string, findings: Findings): void {
  findings.warning(
    'NoEffect',
    path,
    '`allowedModels` is enforced by the top-level `llm` section only, so here the key reaches every model',
    'give the callers routes of their own, or require the model by an authorization rule',
  );
}

function normalizeCors({ maxAge, ...cors }: CorsPolicy, path: string, findings: Findings) {
  const milliseconds = durationAt(`${path}.maxAge`, maxAge, findings);
  if (cors.allowCredentials && cors.allowOrigins?.includes('*')) {
    findings.warning(
      'AnyOriginWithCredentials',
      `${path}.allowOrigins`,
      'any web site may call with the credentials of its visitors, and read the answers',
      'name the origins, such as `https://app.example.com`, or drop `allowCredentials`',
    );
  }
  return {
    ...cors,
    ...(milliseconds !== undefined && { maxAgeSeconds: Math.floor(milliseconds / 1000) }),
  };
}

function normalizeTimeout(
  timeout: NonNullable<RoutePolicies['timeout']>,
  path: string,
  findings: Findings,
) {
  const requestMs = durationAt(`${path}.requestTimeout`, timeout.requestTimeout, findings);
  const backendRequestMs = durationAt(
    `${path}.backendRequestTimeout`,
    timeout.backendRequestTimeout,
    findings,
  );
  return {
    ...(requestMs !== undefined && { requestMs }),
    ...(backendRequestMs !== undefined && { backendRequestMs }),
  };
}
