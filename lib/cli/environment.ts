import type { NormalConfig } from '../standalone/normal-document';

/** The process's own settings, where the environment says other than the file: the names are agentgateway's. */
export function withEnvironment(
  config: NormalConfig,
  environment: NodeJS.ProcessEnv,
): NormalConfig {
  const { ADMIN_ADDR, STATS_ADDR, READINESS_ADDR, LOG_FORMAT } = environment;
  return {
    ...config,
    adminAddr: ADMIN_ADDR || config.adminAddr,
    statsAddr: STATS_ADDR || config.statsAddr,
    readinessAddr: READINESS_ADDR || config.readinessAddr,
    logFormat: LOG_FORMAT === 'json' || LOG_FORMAT === 'text' ? LOG_FORMAT : config.logFormat,
  };
}
