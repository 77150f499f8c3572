import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../lib/cel/cel-error';
import { check } from '../../lib/cel/checker';
import { extend } from '../../lib/cel/environment';
import { EXTENDED } from '../../lib/cel/extended';
import { parse } from '../../lib/cel/parser';
import { Program } from '../../lib/cel/program';
import { EXCEPTIONS } from './conformance-exceptions';
import {
  declaredTypes,
  fromSpec,
  needsProtobuf,
  type SpecTest,
  shown,
  shownType,
  typeOf,
} from './spec-value';

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: object }[];
}

interface Case {
  readonly id: string;
  readonly test: SpecTest;
}

function casesOf(suite: Suite, path: readonly string[]): Case[] {
  const own = (suite.tests ?? []).map(({ original }) => {
    const test = original as SpecTest;
    return { id: [...path, test.name].join('/'), test };
  });
  return [
    ...own,
    ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, [...path, inner.name])),
  ];
}

/** Nothing where a case gives what it should, otherwise what is wrong. */
function failure({ test }: Case): string | undefined {
  const environment = extend(EXTENDED, {
    variables: declaredTypes(test),
    ...(test.container && { container: test.container }),
  });
  const { expr, problems } = parse(test.expr, environment);
  if (!expr) return test.evalError ? undefined : problems[0].message;
  if (!test.disableCheck) {
    const checked = check(expr, environment);
    if (checked.problems.length > 0)
      return test.evalError ? undefined : `check: ${checked.problems[0].message}`;
    const { deducedType } = test.typedResult ?? {};
    if (deducedType && shownType(checked.type) !== shownType(typeOf(deducedType)))
      return `type ${shownType(checked.type)} is not ${shownType(typeOf(deducedType))}`;
  }
  if (test.checkOnly) return undefined;
  const result = new Program(expr, environment).evaluate(bindingsOf(test));
  if (test.evalError) return result instanceof CelError ? undefined : 'no error';
  if (result instanceof CelError) return result.message;
  const wanted = test.value ?? test.typedResult?.result ?? { boolValue: true };
  return shown(result) === shown(fromSpec(wanted))
    ? undefined
    : `${shown(result)} is not ${shown(fromSpec(wanted))}`;
}

function bindingsOf({ bindings = {} }: SpecTest): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bindings).map(([name, { value }]) => [name, fromSpec(value)]),
  );
}

const SECTIONS = conformance.suites!.map((suite) => ({
  name: suite.name,
  cases: casesOf(suite as Suite, [suite.name]).filter(({ test }) => !needsProtobuf(test)),
}));

describe('the official conformance data', () => {
  it.each(SECTIONS.filter(({ cases }) => cases.length > 0))('passes in $name', ({ cases }) => {
    const failures = cases
      .filter(({ id }) => !Object.hasOwn(EXCEPTIONS, id))
      .map((each) => ({ id: each.id, expr: each.test.expr, failure: failure(each) }))
      .filter((each) => each.failure !== undefined);
    expect(failures).toEqual([]);
  });

  it('still fails in each case that is excepted', () => {
    const cases = new Map(
      SECTIONS.flatMap((section) => section.cases).map((each) => [each.id, each]),
    );
    const wrong = Object.keys(EXCEPTIONS).filter((id) => {
      const found = cases.get(id);
      return !found || failure(found) === undefined;
    });
    expect(wrong).toEqual([]);
  });

  it('is large', () => {
    const count = SECTIONS.reduce((sum, { cases }) => sum + cases.length, 0);
    expect(count).toBeGreaterThan(1_600);
  });
});
