import { type Document, visit } from 'yaml';
import { type Diagnostic, hasErrors } from '../diagnostic';
import { isObject, jsonType, quoted } from '../schema/json';
import { unsupportedIn, validateStandalone } from '../schema/validate-standalone';
import type { StandaloneDocument } from './document';
import { emptyPolicies } from './empty-policies';
import { LineIndex, type TextPosition } from './line-index';
import { type Side, sideOf } from './side';
import { type Expansion, expandText, type Insertion, type VariableLookup } from './variables';
import { withoutNulls } from './without-nulls';
import { type DuplicateKey, parseYamlDocuments, type YamlDocuments } from './yaml-documents';
import { YAML_ERRORS } from './yaml-errors';
import { stepsOf, YamlTree } from './yaml-tree';

export interface ReadOptions {
  /** How findings name the file. */
  readonly source?: string;
  /** Looks up `$NAME` in the environment. */
  readonly variables: VariableLookup;
  /**
   * Whether only the verdict of agentgateway's own parser is wanted: what this gateway does not run is then no finding,
   * and there is no document where there is some of it.
   *
   * @default false
   */
  readonly verdict?: boolean;
}

export interface ReadResult {
  /** @default - there are errors, or settings that this gateway does not run */
  readonly document?: StandaloneDocument;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Where a path of the document stands in the file, or as much of it as is written.
   *
   * @param side - the key, or what stands behind it. @default key
   * @example
   * locate('binds[0].listeners[1].hostname') // { line: 12, column: 7 }
   */
  locate(path: string, side?: Side): TextPosition;
}

const SHORTEST_SECRET = 4;

/** Editors show neither it nor a column for it. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Reads a standalone file, YAML or JSON: expands its variables, parses it and holds it against the schema. All findings
 * carry their line and column, and none of them a value from the environment.
 */
export function readStandalone(text: string, options: ReadOptions): ReadResult {
  const own = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return new Reader(own, expandText(own, options.variables), options).read();
}

class Reader {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #lines: LineIndex;
  readonly #parsed: YamlDocuments;
  readonly #tree: YamlTree | undefined;

  constructor(
    text: string,
    private readonly expansion: Expansion,
    private readonly options: ReadOptions,
  ) {
    this.#lines = new LineIndex(text);
    this.#parsed = parseYamlDocuments(expansion.text, {
      stringKeys: true,
      customTags: (tags) => [LEADING_ZERO, ...tags],
    });
    const [yaml] = 'documents' in this.#parsed ? this.#parsed.documents : [];
    this.#tree = yaml && new YamlTree(yaml, { mergeKeys: false });
  }

  read(): ReadResult {
    const value = this.#readValue();
    const document = value === undefined ? undefined : this.#checked(value);
    return {
      ...(document && { document }),
      diagnostics: this.#diagnostics,
      locate: (path, side) => this.#locate(path, side),
    };
  }

  #readValue(): unknown {
    for (const { name, offset } of this.expansion.unset) this.#reportUnset(name, offset);
    if (this.expansion.unset.length > 0) return undefined;
    const yaml = this.#wellFormed();
    if (!yaml) return undefined;
    this.#reportEscapes(yaml);
    const read = this.#tree!.value();
    if ('value' in read) return read.value;
    this.#report(read.offset, 'SyntaxInvalid', read.problem, 'write the values out');
    return undefined;
  }

  #wellFormed(): Document.Parsed | undefined {
    if ('tooDeepAt' in this.#parsed) {
      this.#report(this.#parsed.tooDeepAt, 'SyntaxInvalid', this.#parsed.problem);
      return undefined;
    }
    const { documents, duplicateKeys } = this.#parsed;
    const [yaml, second] = documents;
    const twice = new Map(duplicateKeys.map((duplicate) => [duplicate.again, duplicate]));
    for (const { pos, code } of [...(yaml?.errors ?? []), ...(yaml?.warnings ?? [])]) {
      const duplicate = code === 'DUPLICATE_KEY' ? twice.get(pos[0]) : undefined;
      const problem = duplicate ? this.#standsTwice(duplicate) : YAML_ERRORS[code];
      this.#report(pos[0], 'SyntaxInvalid', problem, this.#insertionHint(pos[0]));
    }
    if (second) this.#report(second.range[0], 'SyntaxInvalid', YAML_ERRORS.MULTIPLE_DOCS);
    return this.#diagnostics.length > 0 ? undefined : yaml;
  }

  #standsTwice({ key, first }: DuplicateKey): string {
    const { line } = this.#position(first);
    return `the key ${this.#masked(quoted(key))} stands twice in its map: here, and before in line ${line}`;
  }

  #checked(value: unknown): StandaloneDocument | undefined {
    if (value === null) {
      this.#report(
        0,
        'Required',
        'the file is empty',
        'write at least `gateways:` and `routes:`, or `binds:`',
      );
      return undefined;
    }
    if (!isObject(value)) {
      const message = `the file must be a map of settings, not of type ${jsonType(value)}`;
      this.#report(0, 'TypeInvalid', message, 'begin it with `gateways:` or `binds:`');
      return undefined;
    }
    const verdict = validateStandalone(value);
    const notRun = unsupportedIn(value);
    const findings = this.options.verdict ? verdict : withoutEchoes(verdict, notRun);
    for (const finding of findings) this.#diagnostics.push(this.#placed(finding));
    const empty = this.options.verdict ? [] : emptyPolicies(value);
    for (const finding of empty) this.#diagnostics.push(this.#placed(finding));
    if (hasErrors(verdict) || hasErrors(notRun)) return undefined;
    return withoutNulls(value) as StandaloneDocument;
  }

  /** Where the text is broken at a value from the environment, that value may well have broken it. */
  #insertionHint(offset: number): string | undefined {
    const insertion = this.expansion.inserted.find(
      ({ start, value }) => start <= offset && offset <= start + value.length,
    );
    return insertion && singleQuotes(insertion.name);
  }

  // ---------------------------------------------------------------- what variables may not do

  /**
   * agentgateway puts values into the text, so that one may end its string and begin other settings, or be cut at a
   * `#`. We read the file as it does, and tell.
   */
  #reportEscapes(yaml: Document.Parsed): void {
    const { inserted } = this.expansion;
    if (inserted.length === 0) return;
    const stayed = new Set<Insertion>();
    visit(yaml, {
      Scalar: (_, node) => {
        const [start, end] = node.range ?? [0, 0];
        const read = node.source ?? String(node.value);
        for (let at = firstFrom(inserted, start); at < inserted.length; at++) {
          const insertion = inserted[at]!;
          if (insertion.start >= end) break;
          if (insertion.start + insertion.value.length > end) continue;
          if (read.includes(insertion.value)) stayed.add(insertion);
        }
      },
    });
    const reported = new Set<string>();
    for (const insertion of inserted) {
      if (stayed.has(insertion) || insertion.value === '' || reported.has(insertion.name)) continue;
      if (this.#isInComment(insertion)) continue;
      reported.add(insertion.name);
      this.#reportEscape(insertion);
    }
  }

  #isInComment({ start, value }: Insertion): boolean {
    if (value.includes('\n')) return false;
    const { text } = this.expansion;
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    return /^\s*#/.test(line);
  }

  #reportEscape({ name, start }: Insertion): void {
    this.#report(
      start,
      'VariableNotVerbatim',
      `the value of $${name} is not read as it is: it does not stay within one string of the file`,
      singleQuotes(name),
      'warning',
    );
  }

  #reportUnset(name: string, offset: number): void {
    const shown = quoted(name);
    this.#diagnostics.push({
      severity: 'error',
      code: 'VariableUnset',
      message: `the environment has no variable ${shown}`,
      path: '',
      hint: `set ${shown}, give it a default as in \`\${NAME:-default}\`, or write \`$$\` for a dollar`,
      ...this.#place(this.#lines.position(offset)),
    });
  }

  // ---------------------------------------------------------------- places

  #report(
    offset: number,
    code: string,
    message: string,
    hint?: string,
    severity: Diagnostic['severity'] = 'error',
  ): void {
    this.#diagnostics.push({
      severity,
      code,
      message,
      path: '',
      ...(hint && { hint }),
      ...this.#place(this.#position(offset)),
    });
  }

  #placed(finding: Diagnostic): Diagnostic {
    const { message, hint, path } = finding;
    return {
      ...finding,
      message: this.#masked(message),
      ...(hint && { hint: this.#masked(hint) }),
      ...this.#place(this.#locate(path, sideOf(finding))),
    };
  }

  /** What came from the environment may be a secret; a finding shows its name instead. */
  #masked(text: string): string {
    return this.expansion.inserted.reduce(
      (masked, { name, value }) =>
        value.length < SHORTEST_SECRET ? masked : masked.replaceAll(value, () => `$${name}`),
      text,
    );
  }

  #place(position: TextPosition): Partial<Diagnostic> {
    const { source } = this.options;
    return { ...(source && { source }), ...position };
  }

  #position(offset: number): TextPosition {
    return this.#lines.position(this.expansion.originalOffset(offset));
  }

  #locate(path: string, side: Side = 'key'): TextPosition {
    return this.#position(this.#tree?.place(stepsOf(path), side).offset ?? 0);
  }
}

/** What is refused anyway needs no warning that agentgateway ignores it. */
function withoutEchoes(
  verdict: readonly Diagnostic[],
  notRun: readonly Diagnostic[],
): Diagnostic[] {
  const refused = new Set(notRun.map(({ code, path }) => `${code} ${path}`));
  const own = verdict.filter(
    ({ severity, code, path }) => severity === 'error' || !refused.has(`${code} ${path}`),
  );
  return [...own, ...notRun];
}

function singleQuotes(name: string): string {
  return `write '$${name}' in single quotes, and no single quote or line break in its value`;
}

/** The first insertion that begins at `offset` or later. */
function firstFrom(inserted: readonly Insertion[], offset: number): number {
  let low = 0;
  let high = inserted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inserted[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `0777` is a string to agentgateway's parser, neither octal nor 777. */
const LEADING_ZERO = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^[-+]?0[0-9]+$/,
  resolve: (text: string) => text,
};
