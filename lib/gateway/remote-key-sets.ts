import type { Effects, FetchedDocument } from '../effects';
import { headerValue } from '../http/header-list';
import type { NormalDocument } from '../standalone/normal-document';
import { type KeySet, readKeySet } from './policies/jwks';
import { policyPlaces } from './policy-places';

/** Whether a key set that is fetched can be used, for readiness and the log. */
export interface KeySetState {
  /** Without user, password and query. */
  readonly url: string;
  readonly available: boolean;
  /** Why the last fetch failed. @default - it did not */
  readonly problem?: string;
}

export interface RemoteKeySetsOptions {
  readonly fetch: Effects['fetch'];
  readonly now: Effects['now'];
  /** Told when a set becomes available, or a fetch fails after one that did not. @default - nobody is told */
  readonly changed?: (state: KeySetState) => void;
}

/** Key sets that are fetched. They outlive a configuration, so that a reload does not forget keys. */
export class RemoteKeySets {
  readonly #sets = new Map<string, RemoteKeySet>();

  constructor(private readonly options: RemoteKeySetsOptions) {}

  open(url: string): RemoteKeySet {
    const known = this.#sets.get(url);
    if (known) return known;
    const set = new RemoteKeySet(url, this.options);
    this.#sets.set(url, set);
    return set;
  }

  /** Fetches these now and whenever they grow old, and forgets all others. */
  keep(urls: Iterable<string>): void {
    const kept = new Set(urls);
    for (const [url, set] of this.#sets) {
      if (kept.has(url)) continue;
      set.close();
      this.#sets.delete(url);
    }
    for (const url of kept) void this.open(url).start();
  }

  /** The sets that are wanted and not there yet, as their URLs may be shown. */
  get unavailable(): string[] {
    return [...this.#sets]
      .filter(([, set]) => set.isStarted && !set.keys)
      .map(([url]) => shownUrl(url));
  }
}

/** The URLs of the key sets that a document needs. */
export function keySetUrls(document: NormalDocument): string[] {
  const providers = policyPlaces(document).flatMap(
    ({ policies }) => policies.jwtAuth?.providers ?? [],
  );
  return [...new Set(providers.flatMap(({ jwks }) => ('url' in jwks ? [jwks.url] : [])))];
}

const SECOND = 1000;
const FETCH_LIMITS = { timeoutMs: 10 * SECOND, maxBytes: 1024 * 1024 };
const DEFAULT_AGE = 15 * 60 * SECOND;
const LEAST_AGE = 60 * SECOND;
const MOST_AGE = 24 * 60 * 60 * SECOND;
/** How long an unknown `kid` does not make the set be fetched again: anyone can invent one. */
const COOL_DOWN = 30 * SECOND;
/** Between tries while the issuer is down; the last one goes on. */
const RETRIES = [1, 2, 4, 8, 15].map((seconds) => seconds * SECOND);

/** One key set: fetched once at a time, kept while its issuer is down. */
export class RemoteKeySet {
  /** Counts changes of the keys. */
  version = 0;
  #keys: KeySet | undefined;
  #text = '';
  #fetching: Promise<void> | undefined;
  #startedAt: number | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly url: string,
    private readonly options: RemoteKeySetsOptions,
  ) {}

  /** What was fetched last. @default - nothing yet */
  get keys(): KeySet | undefined {
    return this.#keys;
  }

  get isStarted(): boolean {
    return this.#startedAt !== undefined;
  }

  /** Fetches, unless that has been begun before. */
  start(): Promise<void> | undefined {
    return this.#startedAt === undefined ? this.#refresh() : this.#fetching;
  }

  /** Fetches because a key is missing, unless that was done a moment ago. */
  refreshForUnknownKey(): Promise<void> | undefined {
    if (this.#fetching || this.#startedAt === undefined) return this.#refresh();
    return this.options.now() < this.#startedAt + COOL_DOWN ? undefined : this.#refresh();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    this.#startedAt = this.options.now();
    try {
      const document = await this.options.fetch(this.url, FETCH_LIMITS);
      this.#take(document);
      this.#schedule(ageOf(document, this.options.now()));
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** @throws Error that says why the answer is not taken */
  #take({ status, body }: FetchedDocument): void {
    if (status !== 200) throw new Error(`the answer has the status ${status}`);
    const text = Buffer.from(body).toString('utf8');
    if (this.#keys === undefined || text !== this.#text) this.#replace(text);
    const recovered = this.#failures > 0 || this.version === 1;
    this.#failures = 0;
    if (recovered) this.#tell();
  }

  #replace(text: string): void {
    const read = readKeySet(text);
    if ('problem' in read) throw new Error(read.problem);
    this.#keys = read.keys;
    this.#text = text;
    this.version++;
  }

  #failed(problem: string): void {
    const delay = RETRIES[Math.min(this.#failures, RETRIES.length - 1)];
    this.#failures++;
    this.#schedule(delay);
    if (this.#failures === 1) this.#tell(problem);
  }

  #tell(problem?: string): void {
    this.options.changed?.({
      url: shownUrl(this.url),
      available: this.#keys !== undefined,
      ...(problem !== undefined && { problem }),
    });
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#refresh(), delayMs);
    this.#timer.unref();
  }
}

/** How long an answer is fresh (RFC 9111 §5.2.2.1, §5.3). */
function ageOf({ headers }: FetchedDocument, now: number): number {
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/i.exec(headerValue(headers, 'cache-control') ?? '');
  const expires = Date.parse(headerValue(headers, 'expires') ?? '');
  const age = maxAge ? Number(maxAge[1]) * SECOND : expires - now;
  return Number.isNaN(age) ? DEFAULT_AGE : Math.min(Math.max(age, LEAST_AGE), MOST_AGE);
}

/** A URL as it may be shown: credentials may stand in the others of its parts. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
