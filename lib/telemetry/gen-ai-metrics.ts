/** What one call of a model tells the metrics. */
export interface GenAiCall {
  /** `chat`, `embeddings`. */
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string;
  readonly responseModel: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cacheReadTokens: number | undefined;
  readonly cacheWriteTokens: number | undefined;
  readonly seconds: number;
  readonly secondsToFirstToken: number | undefined;
  readonly secondsPerOutputToken: number | undefined;
}

type Labels = Readonly<Record<string, string>>;

interface HistogramValue {
  readonly metricName: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** Upper bounds that OpenTelemetry's conventions for generative AI advise. */
// biome-ignore format: a table reads by its columns.
const BOUNDS = {
  tokens:      [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
  duration:    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  firstToken:  [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  outputToken: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
} as const;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly bounds: readonly number[];
}

// biome-ignore format: a table reads by its columns.
const FAMILIES = {
  tokens:      { name: 'agentgateway_gen_ai_client_token_usage',           help: 'Tokens of calls to models',          bounds: BOUNDS.tokens },
  duration:    { name: 'agentgateway_gen_ai_server_request_duration',      help: 'Seconds that calls to models took',   bounds: BOUNDS.duration },
  firstToken:  { name: 'agentgateway_gen_ai_server_time_to_first_token',   help: 'Seconds until the first token came',  bounds: BOUNDS.firstToken },
  outputToken: { name: 'agentgateway_gen_ai_server_time_per_output_token', help: 'Seconds for each token after it',     bounds: BOUNDS.outputToken },
} as const satisfies Record<string, Family>;

const TOKEN_TYPES = [
  ['input', ({ inputTokens }: GenAiCall) => inputTokens],
  ['output', ({ outputTokens }: GenAiCall) => outputTokens],
  ['input_cache_read', ({ cacheReadTokens }: GenAiCall) => cacheReadTokens],
  ['input_cache_write', ({ cacheWriteTokens }: GenAiCall) => cacheWriteTokens],
] as const;

/** Models are the client's to name: so many pairs of them get series of their own, and the others share one. */
const MOST_MODELS = 500;
const OTHER_MODEL = 'other';
const UNKNOWN = 'unknown';

/** What calls of models cost and how long they took. */
export class GenAiMetrics {
  readonly #histograms = {
    tokens: new Histograms(FAMILIES.tokens),
    duration: new Histograms(FAMILIES.duration),
    firstToken: new Histograms(FAMILIES.firstToken),
    outputToken: new Histograms(FAMILIES.outputToken),
  };
  readonly #models = new Set<string>();

  /** For a registry: each histogram with its values. */
  get families(): readonly (Family & { readonly values: () => HistogramValue[] })[] {
    return Object.values(this.#histograms).map((histograms) => ({
      ...histograms.family,
      values: () => histograms.values(),
    }));
  }

  /** Takes the calls that went one way: bind, gateway, listener, route. Their series are looked up once for each model. */
  callsOf(place: Labels): (call: GenAiCall) => void {
    const known = new Map<string, CallSeries>();
    return (call) => {
      const { operation, provider, requestModel, responseModel = '' } = call;
      const models = `${requestModel}\n${responseModel}`;
      const isKnown = this.#isKnown(models);
      const key = `${operation}\n${provider}\n${isKnown ? models : ''}`;
      let series = known.get(key);
      if (!series) {
        series = new CallSeries(this.#histograms, labelsOf(call, isKnown, place));
        known.set(key, series);
      }
      series.observe(call);
    };
  }

  #isKnown(models: string): boolean {
    if (this.#models.has(models)) return true;
    if (this.#models.size >= MOST_MODELS) return false;
    this.#models.add(models);
    return true;
  }
}

function labelsOf(
  { operation, provider, requestModel, responseModel }: GenAiCall,
  isKnown: boolean,
  place: Labels,
): Labels {
  return {
    gen_ai_operation_name: operation,
    gen_ai_system: provider,
    gen_ai_request_model: isKnown ? requestModel || UNKNOWN : OTHER_MODEL,
    gen_ai_response_model: isKnown ? responseModel || UNKNOWN : OTHER_MODEL,
    ...place,
  };
}

/** The series of calls with the same labels; what is never told has none. */
class CallSeries {
  readonly #tokens: (Histogram | undefined)[] = TOKEN_TYPES.map(() => undefined);
  readonly #duration: Histogram;
  #firstToken: Histogram | undefined;
  #outputToken: Histogram | undefined;

  constructor(
    private readonly histograms: Readonly<Record<keyof typeof FAMILIES, Histograms>>,
    private readonly labels: Labels,
  ) {
    this.#duration = histograms.duration.open(labels);
  }

  observe(call: GenAiCall): void {
    const { histograms, labels } = this;
    const { seconds, secondsToFirstToken, secondsPerOutputToken } = call;
    this.#duration.observe(seconds);
    TOKEN_TYPES.forEach(([type, count], i) => {
      const tokens = count(call);
      if (tokens === undefined) return;
      this.#tokens[i] ??= histograms.tokens.open({ gen_ai_token_type: type, ...labels });
      this.#tokens[i].observe(tokens);
    });
    if (secondsToFirstToken !== undefined) {
      this.#firstToken ??= histograms.firstToken.open(labels);
      this.#firstToken.observe(secondsToFirstToken);
    }
    if (secondsPerOutputToken !== undefined) {
      this.#outputToken ??= histograms.outputToken.open(labels);
      this.#outputToken.observe(secondsPerOutputToken);
    }
  }
}

/** The histograms of one name, by labels. */
class Histograms {
  readonly #byLabels = new Map<string, Histogram>();

  constructor(readonly family: Family) {}

  /** Equal labels are one histogram, also across reloads. */
  open(labels: Labels): Histogram {
    const key = JSON.stringify(labels);
    const known = this.#byLabels.get(key);
    if (known) return known;
    const histogram = new Histogram(labels, this.family);
    this.#byLabels.set(key, histogram);
    return histogram;
  }

  values(): HistogramValue[] {
    return [...this.#byLabels.values()].flatMap((histogram) => histogram.values());
  }
}

class Histogram {
  #count = 0;
  #sum = 0;
  readonly #buckets: Float64Array;

  constructor(
    private readonly labels: Labels,
    private readonly family: Family,
  ) {
    this.#buckets = new Float64Array(family.bounds.length);
  }

  observe(value: number): void {
    this.#count++;
    this.#sum += value;
    const bucket = this.family.bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#buckets[bucket]++;
  }

  values(): HistogramValue[] {
    const { labels, family } = this;
    let cumulative = 0;
    const bucket = (le: string, value: number) => ({
      metricName: `${family.name}_bucket`,
      labels: { ...labels, le },
      value,
    });
    return [
      ...family.bounds.map((bound, i) => {
        cumulative += this.#buckets[i];
        return bucket(String(bound), cumulative);
      }),
      bucket('+Inf', this.#count),
      { metricName: `${family.name}_sum`, labels: { ...labels }, value: this.#sum },
      { metricName: `${family.name}_count`, labels: { ...labels }, value: this.#count },
    ];
  }
}
