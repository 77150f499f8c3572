/** What one finished request leaves behind. Absent values are left out of the line. */
export interface AccessRecord {
  /** Milliseconds since the epoch, with a fraction. */
  readonly finishedAt: number;
  readonly durationMs: number;
  /** `namespace/name`. */
  readonly gateway: string;
  readonly listener?: string;
  /** `namespace/name`. */
  readonly route?: string;
  /** The upstream that was asked, as `host:port`. */
  readonly endpoint?: string;
  readonly source: string;
  readonly method: string;
  readonly host?: string;
  /** With the query; credentials in it are redacted. */
  readonly path: string;
  readonly version: string;
  readonly status?: number;
  readonly grpcStatus?: number;
  readonly sni?: string;
  /** The `sub` claim of the caller's token. */
  readonly jwtSubject?: string;
  /** `http` until a backend says otherwise. */
  readonly protocol: string;
  /** What the protocol tells, in order: `gen_ai.request.model`, … */
  readonly details?: readonly LogField[];
  /** Why external authorization could not be asked, and whether the request passed all the same. */
  readonly extAuthFailure?: { readonly cause: string; readonly failedOpen: boolean };
  readonly retryAttempt?: number;
  readonly error?: string;
  readonly reason?: string;
}

export type LogField = readonly [name: string, value: string | number];

export interface AccessLogOptions {
  /** @default 'text' */
  readonly format?: 'text' | 'json';
  /** Names of fields that are left out. */
  readonly remove?: readonly string[];
}

type Value = string | number | undefined;
type Field = readonly [name: string, read: (record: AccessRecord) => Value];

/** The order in which fields stand on a line, as agentgateway writes them. */
const OPENING_FIELDS: readonly Field[] = [
  ['gateway', (r) => r.gateway],
  ['listener', (r) => r.listener],
  ['route', (r) => r.route],
  ['endpoint', (r) => r.endpoint],
  ['src.addr', (r) => r.source],
  ['http.method', (r) => r.method],
  ['http.host', (r) => r.host],
  ['http.path', (r) => r.path],
  ['http.version', (r) => r.version],
  ['http.status', (r) => r.status],
  ['grpc.status', (r) => r.grpcStatus],
  ['tls.sni', (r) => r.sni],
  ['jwt.sub', (r) => r.jwtSubject],
  ['protocol', (r) => r.protocol],
];

/** Those that follow the details of a protocol. */
const CLOSING_FIELDS: readonly Field[] = [
  ['extauthz.failure', (r) => r.extAuthFailure?.cause],
  ['extauthz.failed_open', (r) => (r.extAuthFailure?.failedOpen ? 'true' : undefined)],
  ['retry.attempt', (r) => r.retryAttempt],
  ['error', (r) => r.error],
  ['reason', (r) => r.reason],
  ['duration', (r) => `${Math.floor(r.durationMs)}ms`],
];

export type AccessLog = (record: AccessRecord) => string;

/** The writer of access-log lines: decided once, then one call a request. */
export function accessLog({ format = 'text', remove = [] }: AccessLogOptions = {}): AccessLog {
  const removed = new Set(remove);
  const isKept = ([name]: readonly [string, ...unknown[]]) => !removed.has(name);
  const layout: Layout = {
    opening: OPENING_FIELDS.filter(isKept),
    closing: CLOSING_FIELDS.filter(isKept),
    detailsOf: ({ details = NO_DETAILS }) => (removed.size > 0 ? details.filter(isKept) : details),
  };
  return format === 'json' ? jsonLog(layout) : textLog(layout);
}

/** The fields of a line, in order. */
interface Layout {
  readonly opening: readonly Field[];
  readonly detailsOf: (record: AccessRecord) => readonly LogField[];
  readonly closing: readonly Field[];
}

const NO_DETAILS: readonly LogField[] = [];

function textLog({ opening, detailsOf, closing }: Layout): AccessLog {
  const timestamp = timestamps();
  return function textLine(record) {
    let line = `${timestamp(record.finishedAt)}\tinfo\trequest`;
    for (const [name, read] of opening) line += fieldText(name, read(record));
    for (const [name, value] of detailsOf(record)) line += fieldText(name, value);
    for (const [name, read] of closing) line += fieldText(name, read(record));
    return line;
  };
}

function fieldText(name: string, value: Value): string {
  if (value === undefined) return '';
  return ` ${name}=${typeof value === 'string' ? quoteText(name, value) : value}`;
}

function jsonLog({ opening, detailsOf, closing }: Layout): AccessLog {
  const timestamp = timestamps();
  return function jsonLine(record) {
    const named = ([name, read]: Field) => [name, read(record)] as const;
    const values = [...opening.map(named), ...detailsOf(record), ...closing.map(named)];
    const time = timestamp(record.finishedAt);
    return JSON.stringify({ level: 'info', time, scope: 'request', ...Object.fromEntries(values) });
  };
}

/** What could end a field or a line for some reader: separators, quotes, control and line-separating characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const FORGING = /[\s"\\\0-\x1f\x7f-\x9f]/;

/** Upstream quotes errors only; here every value that could pass for another field is quoted too. */
function quoteText(name: string, value: string): string {
  return name === 'error' || value === '' || FORGING.test(value) ? quote(value) : value;
}

function quote(value: string): string {
  return JSON.stringify(value).replace(UNESCAPED, escapeUnicode);
}

/** What JSON leaves as it is, and some terminal or reader takes for the end of a line. */
const UNESCAPED = /[\x7f-\x9f\u2028\u2029]/g;

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** RFC 3339 with microseconds. The text of the current second is kept, since many lines share it. */
export function timestamps(): (epochMs: number) => string {
  let knownSecond = Number.NaN;
  let text = '';
  return function timestamp(epochMs) {
    const second = Math.floor(epochMs / 1000);
    if (second !== knownSecond) {
      knownSecond = second;
      text = new Date(second * 1000).toISOString().slice(0, 19);
    }
    const micros = Math.floor((epochMs - second * 1000) * 1000);
    return `${text}.${String(micros).padStart(6, '0')}Z`;
  };
}
