import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, type Pair, parseDocument, stringify, visit, type YAMLMap } from 'yaml';
import { fixText } from '../../lib/cli/fix';
import { blockOf, reindented } from '../../lib/cli/yaml-edit-block';
import { hasErrors } from '../../lib/diagnostic';
import { KINDS } from '../../lib/schema/kinds';
import { resolver } from '../../lib/schema/schema';
import { validate } from '../../lib/schema/validate';
import { arbitraryOf } from '../schema/arbitrary';

const RUNS = { numRuns: 40 };

/** Manifests of every kind that the schema accepts, written in different hands. */
const manifest: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...KINDS).chain((kind) =>
      arbitraryOf(kind.spec, resolver(kind.definitions)).map((spec) => ({
        apiVersion: `${kind.group}/${kind.versions[0]}`,
        kind: kind.kind,
        metadata: { name: 'sample' },
        spec,
      })),
    ),
    fc.record({
      indent: fc.constantFrom(2, 3, 4),
      indentSeq: fc.boolean(),
      singleQuote: fc.boolean(),
      aliasDuplicateObjects: fc.constant(false),
      lineWidth: fc.constant(0),
      version: fc.constant('1.1' as const),
    }),
    fc.record({
      crlf: fc.boolean(),
      bom: fc.boolean(),
      unended: fc.boolean(),
      remarks: fc.boolean(),
    }),
  )
  .filter(([object]) => !hasErrors(validate(object)))
  .map(([object, style, ending]) => finished(stringify(object, style), ending));

interface Ending {
  readonly crlf: boolean;
  readonly bom: boolean;
  readonly unended: boolean;
  readonly remarks: boolean;
}

function finished(text: string, { crlf, bom, unended, remarks }: Ending): string {
  const remarked = remarks ? text.replace(/^( *)(spec|name):/gm, '$1# a remark\n$1$2:') : text;
  const ended = unended ? remarked.replace(/\n$/, '') : remarked;
  return (bom ? '\uFEFF' : '') + (crlf ? ended.replaceAll('\n', '\r\n') : ended);
}

function fixed(text: string): string {
  return fixText(text, { source: 'a.yaml', variables: () => undefined }).text;
}

/** A text with one fault in it; nothing where the place does not allow that fault. */
type Fault = (text: string, pair: Pair, map: YAMLMap) => string | undefined;

function withFault(text: string, seed: number, fault: Fault): string | undefined {
  const faulty: string[] = [];
  visit(parseDocument(text), {
    Pair: (_, pair, path) => {
      const map = path[path.length - 1];
      const made = isMap(map) && !map.flow ? fault(text, pair, map) : undefined;
      if (made !== undefined && made !== text) faulty.push(made);
    },
  });
  return faulty[seed % Math.max(1, faulty.length)];
}

const misspelling: Fault = (text, { key }) => {
  if (!isScalar(key) || !key.range || String(key.value).length < 5) return undefined;
  const [start, end] = key.range;
  const word = text.slice(start, end);
  return `${text.slice(0, start)}${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}${text.slice(end)}`;
};

const quotedNumber: Fault = (text, { value }) => {
  if (!isScalar(value) || typeof value.value !== 'number' || !value.range) return undefined;
  const [start, end] = value.range;
  return `${text.slice(0, start)}"${text.slice(start, end)}"${text.slice(end)}`;
};

/** Lines of a field as fields of the map above them. */
const tooFarIn: Fault = (text, pair, map) => {
  const before = map.items[map.items.indexOf(pair) - 1]?.value;
  const first = isMap(before) && !before.flow ? before.items[0] : undefined;
  const into = first && blockOf(text, first);
  const block = blockOf(text, pair);
  if (!into || !block) return undefined;
  const moved = reindented(text.slice(block.start, block.end), into.indent - block.indent);
  return moved && text.slice(0, block.start) + moved + text.slice(block.end);
};

/** The last lines of a map as lines of the map around it. */
const tooFarOut: Fault = (text, pair, map) => {
  const inner = pair.value;
  const last = isMap(inner) && !inner.flow ? inner.items[inner.items.length - 1] : undefined;
  const block = last && blockOf(text, last);
  const around = blockOf(text, pair);
  if (!block || !around || !isMap(inner) || inner.items.length < 2) return undefined;
  const moved = reindented(text.slice(block.start, block.end), around.indent - block.indent);
  return moved && map.items.length > 0
    ? text.slice(0, block.start) + moved + text.slice(block.end)
    : undefined;
};

/** One line with a space more or less than it should have. */
function slid(text: string, seed: number): string | undefined {
  const lines = text.split(/(?<=\n)/);
  const movable = lines.flatMap((line, index) => (/^ +[-\w]/.test(line) ? [index] : []));
  const at = movable[seed % Math.max(1, movable.length)];
  if (at === undefined) return undefined;
  const line = lines[at]!;
  return lines.with(at, seed % 2 ? ` ${line}` : line.slice(1)).join('');
}

function meaning(text: string): unknown {
  return parseDocument(text, { version: '1.1', logLevel: 'silent' }).toJS();
}

describe('a repair', () => {
  it('changes nothing in what is valid', () => {
    fc.assert(
      fc.property(manifest, (text) => {
        expect(fixed(text)).toBe(text);
      }),
      RUNS,
    );
  });

  it.each([
    ['a misspelt key', misspelling],
    ['a number in quotes', quotedNumber],
    ['a field one level too far in', tooFarIn],
    ['a field one level too far out', tooFarOut],
  ])('of %s gives back every byte, or leaves every byte alone', (_, fault) => {
    let repaired = 0;
    let faults = 0;
    fc.assert(
      fc.property(manifest, fc.nat(1000), (text, seed) => {
        const faulty = withFault(text, seed, fault);
        if (faulty === undefined) return;
        const result = fixed(faulty);
        faults += 1;
        if (result === text) repaired += 1;
        expect([text, faulty]).toContain(result);
      }),
      { ...RUNS, seed: 7 },
    );
    expect(faults).toBeGreaterThan(10);
    expect(repaired / faults).toBeGreaterThan(0.3);
  });

  it('of a line that slid gives back what was meant, or leaves every byte alone', () => {
    let repaired = 0;
    let faults = 0;
    fc.assert(
      fc.property(manifest, fc.nat(1000), (text, seed) => {
        const faulty = slid(text, seed);
        if (faulty === undefined || parseDocument(faulty).errors.length === 0) return;
        const result = fixed(faulty);
        faults += 1;
        if (result === faulty) return;
        repaired += 1;
        expect(meaning(result)).toEqual(meaning(text));
      }),
      { ...RUNS, seed: 7 },
    );
    expect(faults).toBeGreaterThan(10);
    expect(repaired / faults).toBeGreaterThan(0.3);
  });
});
