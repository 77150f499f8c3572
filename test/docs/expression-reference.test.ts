import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CelType, DYN, MAP, showType } from '../../lib/cel/cel-type';
import { type FunctionRow, takesAny } from '../../lib/cel/function-table';
import { environmentFor } from '../../lib/cel/gateway/environment';
import { ALL_PHASES, PHASES, type Phase } from '../../lib/cel/gateway/phase';
import { type Field, isIn, VARIABLES } from '../../lib/cel/gateway/variables';
import type { Macro } from '../../lib/cel/macro';

const DOCS = join(__dirname, '..', '..', 'docs');

const INTRODUCTION = `# Variables and functions

What [expressions](expressions.md) may name. This page is generated from \`lib/cel\`.`;

const VARIABLES_INTRODUCTION = `## Variables

A field that is not marked *always* may be missing, and an expression that reads it fails then. *Redacted* ones print as \`<redacted>\`.`;

const FUNCTIONS_INTRODUCTION = `## Functions

Beside the operators of CEL. What stands before the dot of a method is the type of what it is called on; \`math.\`, \`base64.\` and the like belong
to the name.`;

/** Macros take names and expressions, so that no type says how they are written. */
const MACROS: Readonly<Record<string, string>> = {
  'has/1': 'has(a.b)',
  'all/2': 'list.all(x, condition)',
  'exists/2': 'list.exists(x, condition)',
  'exists_one/2': 'list.exists_one(x, condition)',
  'existsOne/2': 'list.existsOne(x, condition)',
  'filter/2': 'list.filter(x, condition)',
  'map/2': 'list.map(x, value)',
  'map/3': 'list.map(x, condition, value)',
  'with/2': 'value.with(x, expression)',
  'mapValues/2': 'map.mapValues(x, value)',
  'filterKeys/2': 'map.filterKeys(x, condition)',
  'unredacted/0': 'secret.unredacted()',
  'variables/0': 'variables()',
};

function variableSection([name, field]: readonly [string, Field]): string {
  const rows = fieldRows(name, field.fields ?? {}, field.phases ?? ALL_PHASES);
  const table = rows.length === 0 ? [] : ['', '| field | type | |', '| --- | --- | --- |', ...rows];
  const also = field.open ? ' What else is in it has any name and type.' : '';
  return [`### \`${name}\``, '', `${capital(field.doc)}. ${placeOf(field)}${also}`, ...table].join(
    '\n',
  );
}

function fieldRows(
  path: string,
  fields: Readonly<Record<string, Field>>,
  around: readonly Phase[],
): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const own = around.filter((phase) => isIn(field, phase));
    const marks = [
      field.doc,
      ...(field.always ? ['*always*'] : []),
      ...(field.secret ? ['*redacted*'] : []),
      ...(own.length < around.length ? [`only in ${named(own)}`] : []),
    ].join('; ');
    const row = `| \`${path}.${name}\` | ${typeOf(field)} | ${marks} |`;
    return [row, ...fieldRows(`${path}.${name}`, field.fields ?? {}, own)];
  });
}

function typeOf({ type }: Field): string {
  if (!type) return '';
  return type.kind === 'object' || type === MAP ? 'map' : shown(type);
}

function shown(type: CelType): string {
  return type === DYN ? 'any' : showType(type);
}

function placeOf({ phases = ALL_PHASES }: Field): string {
  const missing = ALL_PHASES.filter((phase) => !phases.includes(phase));
  if (missing.length === 0) return 'Everywhere.';
  return missing.length <= 2 ? `Everywhere but in ${named(missing)}.` : `In ${named(phases)}.`;
}

function named(phases: readonly Phase[]): string {
  return phases.map((phase) => PHASES[phase]).join('; ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A row for each function, of several overloads that do the same only one. */
function functionRows(functions: readonly FunctionRow[], macros: readonly Macro[]): string[] {
  const rows = new Map<string, { doc: string; signatures: Set<string> }>();
  for (const row of functions.filter(({ name }) => /^[a-z]/.test(name))) {
    const key = `${row.name} ${row.receiver} ${row.doc}`;
    const entry = rows.get(key) ?? { doc: row.doc, signatures: new Set() };
    rows.set(key, entry);
    entry.signatures.add(signatureOf(row));
  }
  const written = macros.map(({ name, arity, doc }) => ({
    doc,
    signatures: new Set([MACROS[`${name}/${arity}`]]),
  }));
  return [...written, ...rows.values()]
    .map(({ doc, signatures }) => `| ${[...signatures].map(code).join(', ')} | ${doc} |`)
    .sort((a, b) => sortKey(a).localeCompare(sortKey(b), 'en'));
}

function code(text: string): string {
  return `\`${text}\``;
}

/** By the name of the function, whatever it is called on. */
function sortKey(row: string): string {
  return row
    .slice(3)
    .replace(/^(?:list|map|value|secret|[a-zA-Z]+(?:\([a-z, ]*\))?)\.(?=\w+\()/, '');
}

function signatureOf(row: FunctionRow): string {
  const types = row.params.map(shown);
  const given = row.receiver ? types.slice(1) : types;
  const list = takesAny(row) ? [...given, '…'] : given;
  const owner = row.receiver ? `${types[0]}.` : '';
  return `${owner}${row.name}(${list.join(', ')})`;
}

function page(): string {
  const { functions, macros } = environmentFor('log');
  const parts = [
    INTRODUCTION,
    VARIABLES_INTRODUCTION,
    ...Object.entries(VARIABLES).map(variableSection),
    FUNCTIONS_INTRODUCTION,
    ['| call | gives |', '| --- | --- |', ...functionRows(functions, macros)].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

describe('the reference of expressions', () => {
  it('spells out every macro', () => {
    const { macros } = environmentFor('log');
    expect(Object.keys(MACROS).sort()).toEqual(
      macros.map(({ name, arity }) => `${name}/${arity}`).sort(),
    );
  });

  it('lists what expressions may name: run vitest with -u when this fails', async () => {
    await expect(page()).toMatchFileSnapshot(join(DOCS, 'expression-reference.md'));
  });
});
