import type { ConfigSection, FrontendPoliciesEntry, Text } from './document';
import { parseDuration } from './duration';
import type { Findings } from './findings';
import type { NormalConfig } from './normal-document';
import { Variable } from './variables';

/** What agentgateway takes where the file says nothing. */
const DEFAULTS = {
  adminAddr: 'localhost:15000',
  statsAddr: '[::]:15020',
  readinessAddr: '[::]:15021',
  logFormat: 'text',
  drainMinimumMs: 0,
  connectTimeoutMs: 10_000,
  poolIdleTimeoutMs: 90_000,
  maxBufferSize: 2_097_152,
  http1MaxHeaders: 100,
  http1IdleTimeoutMs: 600_000,
  http1HeaderCase: 'lowercase',
  tlsHandshakeTimeoutMs: 15_000,
} as const;

export function normalizeConfig(
  config: ConfigSection,
  frontend: FrontendPoliciesEntry,
  findings: Findings,
): NormalConfig {
  const { backend = {}, logging = {} } = config;
  const { http = {}, tls = {}, accessLog = {} } = frontend;
  const at = (path: string, text: string | undefined) => durationAt(path, text, findings);
  const drainMaximumMs = at(
    'config.connectionTerminationDeadline',
    config.connectionTerminationDeadline,
  );
  const maxConnectionDurationMs = at(
    'frontendPolicies.http.maxConnectionDuration',
    http.maxConnectionDuration,
  );
  return {
    adminAddr: config.adminAddr ?? DEFAULTS.adminAddr,
    statsAddr: config.statsAddr ?? DEFAULTS.statsAddr,
    readinessAddr: config.readinessAddr ?? DEFAULTS.readinessAddr,
    logFormat: logging.format ?? DEFAULTS.logFormat,
    logRemove: accessLog.remove ?? [],
    ...(drainMaximumMs !== undefined && { drainMaximumMs }),
    drainMinimumMs:
      at('config.connectionMinTerminationDeadline', config.connectionMinTerminationDeadline) ??
      DEFAULTS.drainMinimumMs,
    connectTimeoutMs:
      at('config.backend.connectTimeout', backend.connectTimeout) ?? DEFAULTS.connectTimeoutMs,
    poolIdleTimeoutMs:
      at('config.backend.poolIdleTimeout', backend.poolIdleTimeout) ?? DEFAULTS.poolIdleTimeoutMs,
    ...(backend.poolMaxSize !== undefined && { poolMaxSize: backend.poolMaxSize }),
    maxBufferSize: http.maxBufferSize ?? DEFAULTS.maxBufferSize,
    http1MaxHeaders: http.http1MaxHeaders ?? DEFAULTS.http1MaxHeaders,
    http1IdleTimeoutMs:
      at('frontendPolicies.http.http1IdleTimeout', http.http1IdleTimeout) ??
      DEFAULTS.http1IdleTimeoutMs,
    http1HeaderCase: http.http1HeaderCase ?? DEFAULTS.http1HeaderCase,
    ...(maxConnectionDurationMs !== undefined && { maxConnectionDurationMs }),
    tlsHandshakeTimeoutMs:
      at('frontendPolicies.tls.handshakeTimeout', tls.handshakeTimeout) ??
      DEFAULTS.tlsHandshakeTimeoutMs,
    ...(tls.minVersion && { tlsMinVersion: tls.minVersion }),
    ...(tls.maxVersion && { tlsMaxVersion: tls.maxVersion }),
  };
}

/** Milliseconds of a duration of the file; a finding when it is none. */
export function durationAt(
  path: string,
  text: string | undefined,
  findings: Findings,
): number | undefined {
  if (text === undefined || text === null) return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) {
    findings.error(
      'Invalid',
      path,
      `\`${text}\` is not a duration`,
      'write numbers with units, such as `250ms`, `10s` or `1h30m`',
    );
  }
  return milliseconds;
}

/** The text of a value that may live in the environment; a finding when nobody has looked it up. */
export function textAt(path: string, value: Text, findings: Findings): string {
  if (!(value instanceof Variable)) return value;
  findings.error(
    'VariableUnset',
    path,
    `\`$${value.name}\` has not been looked up in the environment`,
    'expand the variables of the document before it is normalized',
  );
  return '';
}
