import { quoted } from '../../schema/json';
import type { BackendPoliciesEntry } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { duration } from '../policies/timeout';
import { translateAiPolicies } from './ai-policies';
import { translateBackendAuth } from './backend-auth';
import { translateBackendTls } from './backend-tls';

const HINT = 'remove it, or run this with agentgateway';
const LARGEST = 2 ** 31 - 1;

/** As a cluster has them where a part is left out; a file must have all. */
const TCP_DEFAULTS = { connectTimeout: '11s', time: '3m', interval: '3m', retries: 9 };
const EVICTION_DEFAULT = '3s';

type Translate = (
  settings: Fields,
  backend: KubeObject,
  context: Context,
) => BackendPoliciesEntry | undefined;

/** Fields of `policies` that are translated. */
const POLICIES: Readonly<Record<string, Translate>> = {
  ai: (settings) => ({ ai: translateAiPolicies(settings) }),
  auth: (settings, backend, context) => {
    const backendAuth = translateBackendAuth(settings, backend, context);
    return backendAuth && { backendAuth };
  },
  health: (settings) => ({ health: translateHealth(settings) }),
  http: (settings) => ({ http: translateHttp(settings) }),
  tcp: (settings) => ({ tcp: translateTcp(settings) }),
  tls: (settings, backend, context) => {
    const backendTLS = translateBackendTls(settings, backend, context);
    return backendTLS && { backendTLS };
  },
  transformation: (settings) => ({ transformations: translateTransformation(settings) }),
};

/** Says who is asked about requests to a backend, which is translated where it is known what else a reference may mean. */
const CHECK = 'extAuth';

/** What stands at a backend as a whole; its parts have no check of their own. */
export const WHOLE_POLICIES = [...Object.keys(POLICIES), CHECK];

/** Those that mean something where no language models are. */
export const HOST_POLICIES = WHOLE_POLICIES.filter((name) => name !== 'ai');

/** How a backend is called; nothing where a credential is missing, so that it must not be called at all. */
export function translateBackendPolicies(
  policies: Fields | undefined,
  backend: KubeObject,
  context: Context,
  known: readonly string[] = Object.keys(POLICIES),
): BackendPoliciesEntry | undefined {
  policies?.refuseOthers(known, 'the policies of a backend', HINT);
  let entry: BackendPoliciesEntry = {};
  let complete = true;
  for (const [name, translate] of Object.entries(POLICIES)) {
    const settings = policies?.fields(name);
    if (!settings) continue;
    const translated = translate(settings, backend, context);
    if (translated) entry = { ...entry, ...translated };
    else complete = false;
  }
  return complete ? entry : undefined;
}

// ---------------------------------------------------------------- connections

const VERSIONS = { HTTP1: 'HTTP/1.1', HTTP2: 'HTTP/2.0' } as const;

function translateHttp(http: Fields): NonNullable<BackendPoliciesEntry['http']> {
  http.refuseOthers(['version', 'requestTimeout'], 'HTTP to a backend', HINT);
  const version = http.choice('version', ['HTTP1', 'HTTP2']);
  const requestTimeout = duration(http, 'requestTimeout');
  return {
    ...(version && { version: VERSIONS[version] }),
    ...(requestTimeout !== undefined && { requestTimeout }),
  };
}

function translateTcp(tcp: Fields): NonNullable<BackendPoliciesEntry['tcp']> {
  tcp.refuseOthers(['connectTimeout', 'keepalive'], 'TCP to a backend', HINT);
  const keepalive = tcp.fields('keepalive');
  keepalive?.refuseOthers(['time', 'interval', 'retries'], 'probes', HINT);
  return {
    keepalives: {
      enabled: true,
      time: (keepalive && duration(keepalive, 'time')) ?? TCP_DEFAULTS.time,
      interval: (keepalive && duration(keepalive, 'interval')) ?? TCP_DEFAULTS.interval,
      retries: keepalive?.integer('retries', 1, 64) ?? TCP_DEFAULTS.retries,
    },
    connectTimeout: duration(tcp, 'connectTimeout') ?? TCP_DEFAULTS.connectTimeout,
  };
}

// ---------------------------------------------------------------- health

function translateHealth(health: Fields): object {
  health.refuseOthers(['unhealthyCondition', 'eviction'], 'the health of a backend', HINT);
  const condition = health.text('unhealthyCondition');
  const eviction = health.fields('eviction');
  return {
    ...(condition !== undefined && { unhealthyExpression: condition }),
    ...(eviction && { eviction: translateEviction(eviction) }),
  };
}

/** Percentages become shares. */
function translateEviction(eviction: Fields): object {
  eviction.refuseOthers(
    ['duration', 'consecutiveFailures', 'healthThreshold', 'restoreHealth'],
    'an eviction',
    HINT,
  );
  const failures = eviction.integer('consecutiveFailures', 0, LARGEST);
  const threshold = eviction.integer('healthThreshold', 0, 100);
  const restored = eviction.integer('restoreHealth', 0, 100);
  return {
    duration: duration(eviction, 'duration') ?? EVICTION_DEFAULT,
    ...(failures !== undefined && { consecutiveFailures: failures }),
    ...(threshold !== undefined && { healthThreshold: threshold / 100 }),
    ...(restored !== undefined && { restoreHealth: restored / 100 }),
  };
}

// ---------------------------------------------------------------- transformations

function translateTransformation(transformation: Fields): object {
  transformation.refuseOthers(['request', 'response'], 'a transformation', HINT);
  const request = transformation.fields('request');
  const response = transformation.fields('response');
  return {
    ...(request && { request: translateMessage(request) }),
    ...(response && { response: translateMessage(response) }),
  };
}

function translateMessage(message: Fields): object {
  message.refuseOthers(['metadata', 'add', 'set', 'remove', 'body'], 'a transformation', HINT);
  const metadata = message.textMap('metadata');
  const body = message.text('body');
  return {
    ...(metadata.size > 0 && { metadata: Object.fromEntries(metadata) }),
    ...headers(message, 'add'),
    ...headers(message, 'set'),
    ...texts(message, 'remove', 'remove'),
    ...(body !== undefined && { body }),
  };
}

function texts(fields: Fields, name: string, written: string): Record<string, string[]> {
  const values = fields.texts(name);
  return values.length > 0 ? { [written]: values } : {};
}

/** A list in a cluster, a map in a file, whose names have no case. */
function headers(message: Fields, name: string): Record<string, Record<string, string>> {
  const seen = new Set<string>();
  const values: [string, string][] = [];
  for (const header of message.entries(name)) {
    const key = header.text('name') ?? '';
    if (seen.has(key.toLowerCase())) {
      header.findings.error(
        'Duplicate',
        header.at('name'),
        `header ${quoted(key)} is written twice, and a standalone file writes it once`,
        'keep one of them',
      );
    }
    seen.add(key.toLowerCase());
    values.push([key, header.text('value') ?? '']);
  }
  return values.length > 0 ? { [name]: Object.fromEntries(values) } : {};
}
