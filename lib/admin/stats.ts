import type { Metrics } from '../telemetry/metrics';
import { Endpoint, type EndpointAnswer } from './endpoint';

/** `/metrics` and `/stats/prometheus`: the counters, as Prometheus reads them. */
export function statsEndpoint(metrics: Metrics): Endpoint {
  const expose = async (): Promise<EndpointAnswer> => ({
    status: 200,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    body: await metrics.exposition(),
  });
  return new Endpoint({ '/metrics': expose, '/stats/prometheus': expose });
}
