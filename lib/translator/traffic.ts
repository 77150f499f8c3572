import type { RoutePolicies } from '../standalone/document';
import type { Context } from './context';
import type { Fields } from './fields';
import type { KubeObject } from './objects';
import { translateApiKey } from './policies/api-key';
import { translateAuthorization } from './policies/authorization';
import { translateBasicAuth } from './policies/basic-auth';
import { translateCors } from './policies/cors';
import { translateDirectResponse } from './policies/direct-response';
import { translateExtAuth } from './policies/ext-auth';
import { translateHeaderModifier } from './policies/header-modifier';
import { type HostRewriteMode, translateHostRewrite } from './policies/host-rewrite';
import { translateJwt } from './policies/jwt';
import { translateRateLimit } from './policies/rate-limit';
import { translateRetry } from './policies/retry';
import { translateTimeout } from './policies/timeout';

/** What a level may set, field by field: policies of the file, and the part of `urlRewrite` that has a field of its own. */
export type TrafficFields = RoutePolicies & { readonly hostRewrite?: HostRewriteMode };
export type TrafficField = keyof TrafficFields;
export type Phase = 'route' | 'gateway';

export interface TrafficSetting {
  readonly field: TrafficField;
  readonly value: unknown;
  readonly path: string;
}

type Translate = (settings: Fields, policy: KubeObject, context: Context) => TrafficFields;

/** Fields of `spec.traffic` that are translated. */
const TRAFFIC: Readonly<Record<string, Translate>> = {
  apiKeyAuthentication: (settings, policy, context) => ({
    apiKey: translateApiKey(settings, policy, context),
  }),
  authorization: (settings) => ({ authorization: translateAuthorization(settings) }),
  basicAuthentication: (settings, policy, context) => ({
    basicAuth: translateBasicAuth(settings, policy, context),
  }),
  cors: (settings) => ({ cors: translateCors(settings) }),
  directResponse: (settings) => ({ directResponse: translateDirectResponse(settings) }),
  extAuth: (settings, policy, context) => ({
    extAuthz: translateExtAuth(settings, policy, context),
  }),
  headerModifiers: translateHeaderModifiers,
  hostRewrite: (settings) => withoutAbsent({ hostRewrite: translateHostRewrite(settings) }),
  jwtAuthentication: (settings, policy, context) => ({
    jwtAuth: translateJwt(settings, policy, context),
  }),
  rateLimit: (settings) => withoutAbsent({ localRateLimit: translateRateLimit(settings) }),
  retry: (settings) => ({ retry: translateRetry(settings) }),
  timeouts: (settings) => withoutAbsent({ timeout: translateTimeout(settings) }),
};

/** Those that run before a route is chosen. */
const GATEWAY_PHASE = [
  ...['apiKeyAuthentication', 'authorization', 'basicAuthentication', 'cors'],
  ...['extAuth', 'jwtAuthentication'],
];
const SETTINGS = ['phase'];

export function translateTraffic(
  traffic: Fields,
  phase: Phase,
  policy: KubeObject,
  context: Context,
): TrafficSetting[] {
  traffic.refuseOthers(
    [...SETTINGS, ...Object.keys(TRAFFIC)],
    'a traffic policy',
    'remove it, or run this with agentgateway',
  );
  return Object.entries(TRAFFIC).flatMap(([name, translate]) => {
    const settings = traffic.fields(name);
    if (!settings || !runsIn(phase, name, traffic)) return [];
    return Object.entries(translate(settings, policy, context)).map(([field, value]) => ({
      field: field as TrafficField,
      value,
      path: settings.path,
    }));
  });
}

function runsIn(phase: Phase, name: string, traffic: Fields): boolean {
  if (phase === 'route' || GATEWAY_PHASE.includes(name)) return true;
  traffic.findings.error(
    'Invalid',
    traffic.at(name),
    `\`${name}\` does not run in phase PreRouting`,
    'remove `phase`, or write it in a policy of its own',
  );
  return false;
}

function translateHeaderModifiers(modifiers: Fields): TrafficFields {
  const request = modifiers.fields('request');
  const response = modifiers.fields('response');
  return {
    ...(request && { requestHeaderModifier: translateHeaderModifier(request) }),
    ...(response && { responseHeaderModifier: translateHeaderModifier(response) }),
  };
}

function withoutAbsent(fields: TrafficFields): TrafficFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
