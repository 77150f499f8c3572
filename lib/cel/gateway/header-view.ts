import type { HeaderList } from '../../effects';
import { type CelValue, MapView } from '../value';
import { REDACTED } from './secret';

/** What a lookup gives of the lines of a field. */
export type HeaderForm = 'plain' | 'join' | 'raw' | 'split';

/** Fields whose values are credentials. */
export const SENSITIVE_HEADERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
];

interface HeaderOptions {
  /** @default plain - one line as a string, several as a list */
  readonly form?: HeaderForm;
  /** Whether credentials are replaced by a placeholder. @default false */
  readonly redacted?: boolean;
  /** Lower-case names of the fields that hold credentials. @default SENSITIVE_HEADERS */
  readonly sensitive?: readonly string[];
}

/**
 * Header fields as a map, read from the list itself. Names are compared without regard to case; those in the list are in
 * lower case.
 */
export class HeaderView extends MapView {
  private readonly form: HeaderForm;
  private readonly redacted: boolean;
  private readonly sensitive: readonly string[];

  constructor(
    private readonly headers: HeaderList,
    options: HeaderOptions = {},
  ) {
    super();
    this.form = options.form ?? 'plain';
    this.redacted = options.redacted ?? false;
    this.sensitive = options.sensitive ?? SENSITIVE_HEADERS;
  }

  /** The same fields, given in another form. */
  in(form: HeaderForm): HeaderView {
    const { redacted, sensitive } = this;
    return new HeaderView(this.headers, { form, redacted, sensitive });
  }

  /** The same fields without credentials. */
  withoutSecrets(): HeaderView {
    const { form, sensitive } = this;
    return new HeaderView(this.headers, { form, redacted: true, sensitive });
  }

  get(key: CelValue): unknown {
    if (typeof key !== 'string') return undefined;
    const name = key.toLowerCase();
    const at = this.indexOf(name, 0);
    if (at < 0) return undefined;
    const isOne = this.indexOf(name, at + 2) < 0;
    if (isOne && this.form === 'plain') return this.line(name, at);
    const lines = this.lines(name);
    return lines && FORMS[this.form](lines);
  }

  *keys(): Iterable<CelValue> {
    const seen = new Set<string>();
    for (let at = 0; at < this.headers.length; at += 2) {
      const name = this.headers[at];
      if (seen.has(name) || this.lines(name) === undefined) continue;
      seen.add(name);
      yield name;
    }
  }

  /** The lines of a field; none where one of them is no UTF-8, as if it were not there. */
  lines(name: string): readonly string[] | undefined {
    const found: string[] = [];
    for (let at = this.indexOf(name, 0); at >= 0; at = this.indexOf(name, at + 2)) {
      const line = this.line(name, at);
      if (line === undefined) return undefined;
      found.push(line);
    }
    return found.length === 0 ? undefined : found;
  }

  private indexOf(name: string, from: number): number {
    for (let at = from; at < this.headers.length; at += 2) if (this.headers[at] === name) return at;
    return -1;
  }

  private line(name: string, at: number): string | undefined {
    if (this.redacted && this.sensitive.includes(name)) return REDACTED;
    const bytes = this.headers[at + 1];
    return BEYOND_ASCII.test(bytes) ? decoded(bytes) : bytes;
  }
}

const FORMS: Readonly<Record<HeaderForm, (lines: readonly string[]) => unknown>> = {
  plain: (lines) => (lines.length === 1 ? lines[0] : lines),
  join: (lines) => lines.join(','),
  raw: (lines) => lines,
  split: (lines) => lines.flatMap((line) => line.split(',').map((part) => part.trim())),
};

/** Node hands the bytes of a field over as one character each. */
const BEYOND_ASCII = /[\u0080-\u00ff]/;

function decoded(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
