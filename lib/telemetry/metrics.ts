import { Registry } from 'prom-client';
import { type GenAiCall, GenAiMetrics } from './gen-ai-metrics';

/** Seconds; the upper bounds of `agentgateway_request_duration_seconds`. */
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

/** Where a request went, as far as it got; what is absent is labelled `unknown`. */
export interface RequestScope {
  /** `host:port` of the backend. */
  readonly backend?: string;
  /** @default 'http' */
  readonly protocol?: string;
  readonly bind: string;
  readonly gateway?: string;
  readonly listener?: string;
  readonly route?: string;
}

/**
 * The gateway's counters. They outlive reloads. A request adds to series that are looked up once per route, method and
 * status: prom-client, which writes them out, is not on the path of a request.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new SeriesFamily();
  readonly #connections = new Tally();
  readonly #retries = new Tally();
  readonly #failedOpen = new Tally();
  readonly #genAi = new GenAiMetrics();
  readonly #reloads = { synchronized: 1 };

  constructor(version: string) {
    const label = { tag: version };
    this.#register('agentgateway_build_info', 'gauge', 'The version that runs', () => [
      { labels: label, value: 1 },
    ]);
    this.#register(
      'agentgateway_config_synchronized',
      'gauge',
      'Whether the last reload was taken over',
      () => [{ labels: {}, value: this.#reloads.synchronized }],
    );
    this.#register('agentgateway_requests_total', 'counter', 'Requests answered', () =>
      this.#requests.series.map(({ labels, count }) => ({ labels, value: count })),
    );
    this.#register(
      'agentgateway_request_duration_seconds',
      'histogram',
      'From a request to the end of its answer',
      () => this.#requests.series.flatMap(histogramValues),
    );
    this.#register(
      'agentgateway_downstream_connections_total',
      'counter',
      'Connections from clients',
      () => this.#connections.values(),
    );
    this.#register(
      'agentgateway_ext_authz_failed_open_total',
      'counter',
      'Requests that passed because external authorization could not be asked',
      () => this.#failedOpen.values(),
    );
    for (const { name, help, values } of this.#genAi.families) {
      this.#register(name, 'histogram', help, values);
    }
    this.#register('agentgateway_retries_total', 'counter', 'Tries after the first', () =>
      this.#retries.values(),
    );
  }

  /** Takes calls of models through one route; keep it. */
  genAiCalls({ bind, gateway, listener, route }: RequestScope): (call: GenAiCall) => void {
    return this.#genAi.callsOf({
      bind,
      gateway: gateway ?? UNKNOWN,
      listener: listener ?? UNKNOWN,
      route: route ?? UNKNOWN,
      route_rule: UNKNOWN,
    });
  }

  /** The series of one route and backend; keep it. */
  requests(scope: RequestScope): RequestMetrics {
    return new RequestMetrics(this.#requests, scope);
  }

  connectionOpened(bind: string, protocol: string): void {
    this.#connections.add({ bind, protocol });
  }

  /** By the service's `host:port`. */
  failedOpen(gateway: string, service: string): void {
    this.#failedOpen.add({ gateway, service });
  }

  retried(route: string): void {
    this.#retries.add({ route });
  }

  /** After a reload: false while an older configuration is in force. */
  configSynchronized(synchronized: boolean): void {
    this.#reloads.synchronized = synchronized ? 1 : 0;
  }

  /** The Prometheus text format, version 0.0.4. */
  exposition(): Promise<string> {
    return this.#registry.metrics();
  }

  #register(name: string, type: string, help: string, values: () => MetricValue[]): void {
    const metric = {
      name,
      get: async () => ({ name, help, type, values: values(), aggregator: 'sum' }),
    };
    // The registry asks no more of a metric than its name and `get`; its types want one of its own classes.
    this.#registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
  }
}

interface MetricValue {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}

type Labels = Record<string, string>;

/** Counts and durations of the requests of one route and backend, by method, status and reason. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();

  constructor(
    private readonly family: SeriesFamily,
    private readonly scope: RequestScope,
  ) {}

  observe(method: string, status: number | undefined, reason: string, seconds: number): void {
    const label = METHODS.has(method) ? method : OTHER_METHOD;
    const key = `${status} ${label} ${reason}`;
    const series = this.#series.get(key) ?? this.#open(key, label, status, reason);
    series.observe(seconds);
  }

  #open(key: string, method: string, status: number | undefined, reason: string): Series {
    const { backend, protocol = 'http', bind, gateway, listener, route } = this.scope;
    const series = this.family.open({
      backend: backend ?? UNKNOWN,
      protocol,
      method,
      status: status === undefined ? UNKNOWN : String(status),
      reason,
      bind,
      gateway: gateway ?? UNKNOWN,
      listener: listener ?? UNKNOWN,
      route: route ?? UNKNOWN,
      route_rule: UNKNOWN,
    });
    this.#series.set(key, series);
    return series;
  }
}

const UNKNOWN = 'unknown';

/** Methods are the client's to choose: the registered ones get series of their own, the others share one. */
const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);
const OTHER_METHOD = 'other';

class Series {
  count = 0;
  sum = 0;
  readonly buckets = new Float64Array(DURATION_BUCKETS.length);

  constructor(readonly labels: Labels) {}

  observe(seconds: number): void {
    this.count++;
    this.sum += seconds;
    const bucket = DURATION_BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) this.buckets[bucket]++;
  }
}

/** All series of a metric; equal labels are one series, also across reloads. */
class SeriesFamily {
  readonly #byLabels = new Map<string, Series>();

  get series(): Series[] {
    return [...this.#byLabels.values()];
  }

  open(labels: Labels): Series {
    const key = JSON.stringify(labels);
    const known = this.#byLabels.get(key);
    if (known) return known;
    const series = new Series(labels);
    this.#byLabels.set(key, series);
    return series;
  }
}

class Tally {
  readonly #counts = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels): void {
    const key = JSON.stringify(labels);
    const known = this.#counts.get(key);
    if (known) known.value++;
    else this.#counts.set(key, { labels, value: 1 });
  }

  values(): MetricValue[] {
    return [...this.#counts.values()];
  }
}

function histogramValues({ labels, count, sum, buckets }: Series): MetricValue[] {
  const name = 'agentgateway_request_duration_seconds';
  let cumulative = 0;
  return [
    ...DURATION_BUCKETS.map((bound, i) => {
      cumulative += buckets[i];
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(bound) },
        value: cumulative,
      };
    }),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
