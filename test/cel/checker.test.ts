import { describe, expect, it } from 'vitest';
import {
  BOOL,
  type CelType,
  DYN,
  INT,
  list,
  map,
  object,
  STRING,
  showType,
  TIMESTAMP,
} from '../../lib/cel/cel-type';
import { compile } from '../../lib/cel/compile';
import { extend } from '../../lib/cel/environment';
import { EXTENDED } from '../../lib/cel/extended';
import { showProblem } from '../../lib/cel/problem';

const JWT = object(
  'jwt',
  { sub: STRING, exp: TIMESTAMP, roles: list(STRING), level: INT, admin: BOOL },
  { open: true },
);
const VARIABLES: Readonly<Record<string, CelType>> = {
  jwt: JWT,
  mcp: object('mcp', { tool: object('mcp.tool', { name: STRING, arguments: DYN }) }),
  request: object('request', { headers: map(STRING, STRING), path: STRING }),
};
const ENVIRONMENT = extend(EXTENDED, { variables: VARIABLES });

function problemsOf(source: string): string[] {
  return (compile(source, ENVIRONMENT).problems ?? []).map(
    ({ code, message, span }) => `${source.slice(span.start, span.end)} | ${code} | ${message}`,
  );
}

describe('an expression that cannot be right', () => {
  it.each([
    ['jwtt.sub', 'jwtt | unknown-variable | unknown variable `jwtt`; did you mean `jwt`?'],
    ['zzz', 'zzz | unknown-variable | unknown variable `zzz`; a text stands in quotes: "zzz"'],
    ['mcp.tol.name', 'mcp.tol | unknown-field | `mcp` has no field `tol`; did you mean `tool`?'],
    ['jwt.sub == 5', 'jwt.sub == 5 | type | a string is never equal to an int'],
    [
      '"a" in jwt.sub',
      '"a" in jwt.sub | type | `in` takes a list or a map on its right, not a string; write `b.contains(a)`',
    ],
    ['1 in jwt.roles', '1 in jwt.roles | type | an int is never in a list(string)'],
    ['jwt.sub + 1 == ""', 'jwt.sub + 1 | type | `+` does not take a string and an int'],
    ['jwt.sub < 5', 'jwt.sub < 5 | type | `<` does not take a string and an int'],
    ['jwt.sub && true', 'jwt.sub | type | a condition is a bool, not a string'],
    ['jwt.sub ? 1 : 2', 'jwt.sub | type | a condition is a bool, not a string'],
    ['jwt.sub.name', 'jwt.sub.name | type | `jwt.sub`, a string, has no fields, so no `name`'],
    ['jwt.roles["admin"]', '"admin" | type | a list has entries by int, not by string'],
    ['jwt.level.all(x, true)', 'jwt.level | type | an int is no list or map'],
    [
      'jwt.sub.startWith("a")',
      'jwt.sub.startWith("a") | unknown-function | unknown function `startWith`; did you mean `startsWith`?',
    ],
    [
      'contains(jwt.sub, "a")',
      'contains(jwt.sub, "a") | unknown-function | unknown function `contains`; write `x.contains(…)`',
    ],
    ['jwt.sub.int()', 'jwt.sub.int() | unknown-function | unknown function `int`; write `int(x)`'],
    [
      'math.greates(1, 2)',
      'math.greates(1, 2) | unknown-function | unknown function `math.greates`; did you mean `math.greatest`?',
    ],
    [
      'jwt.roles.exists("a")',
      'jwt.roles.exists("a") | unknown-function | unknown function `exists`; write `list.exists(…)` with 2 arguments',
    ],
    ['size()', 'size() | type | `size` takes 1 argument, not 0'],
    [
      'jwt.sub.endsWith("a", "b")',
      'jwt.sub.endsWith("a", "b") | type | `endsWith` takes 1 argument, not 2',
    ],
    ['has(jwt)', 'jwt | wrong-arguments | has() takes a field, such as has(jwt.sub)'],
    ['jwt.roles.all(1, true)', '1 | wrong-arguments | the name of a variable is expected here'],
    ['jwt.roles.all(r, r == 1)', 'r == 1 | type | a string is never equal to an int'],
    ['jwt.sub = "a"', '= | syntax | unexpected `=`; equality is written `==`'],
    [
      'jwt.sub and true',
      'and | syntax | unexpected `and` where the end of the expression is expected; CEL writes `&&`',
    ],
    ["jwt.sub == 'a", "' | syntax | the string is not closed: ' is missing"],
    [
      '(jwt.admin',
      ' | syntax | the expression ends where `)` to close the parenthesis is expected',
    ],
    ['if', 'if | syntax | `if` is a reserved word'],
    [
      'Claims{sub: "a"}',
      "Claims{ | syntax | messages of protobuf are not supported; write a map: {'field': value}",
    ],
  ])('%s', (source, problem) => {
    expect(problemsOf(source)).toEqual([problem]);
  });

  it('is told all that is wrong with it', () => {
    expect(problemsOf('jwtt.sub == 1 && mcp.tol == 2 && foo(3)')).toHaveLength(3);
  });

  it('is shown with its line and a caret', () => {
    const source = 'jwt.admin &&\n\tjwtt.sub == "alice"';
    expect(showProblem(source, compile(source, ENVIRONMENT).problems![0])).toBe(
      'unknown variable `jwtt`; did you mean `jwt`? (2:2)\n  \tjwtt.sub == "alice"\n  \t^^^^',
    );
  });

  it('is cut to what fits where its line is long', () => {
    const source = `${'true && '.repeat(1_000)}jwtt.sub`;
    const shown = showProblem(source, compile(source, ENVIRONMENT).problems![0]);
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThan(140);
    const [, line, caret] = shown.split('\n');
    expect(line.slice(caret.indexOf('^')).startsWith('jwtt')).toBe(true);
  });
});

describe('the type of an expression', () => {
  it.each([
    ['jwt.sub', 'string'],
    ['jwt.anything.at.all', 'dyn'],
    ['jwt.roles.map(r, size(r))', 'list(int)'],
    ['jwt.roles.filter(r, r != "")', 'list(string)'],
    ['{"a": jwt.level}', 'map(string, int)'],
    ['request.headers["host"]', 'string'],
    ['request.headers.?host.orValue("")', 'string'],
    ['jwt.exp - timestamp(0)', 'duration'],
    ['jwt.admin ? 1 : "a"', 'dyn'],
    ['[1, "a"]', 'list(dyn)'],
    ['[] + [1]', 'list(int)'],
    ['cel.bind(x, jwt.level, x + 1)', 'int'],
    ['jwt.roles.transformMap(i, r, i)', 'map(int, int)'],
    ['jwt.level == 1.0', 'bool'],
    ['dyn(jwt.sub) == 5', 'bool'],
    ['type(1) == int', 'bool'],
  ])('%s is %s', (source, type) => {
    const compiled = compile(source, ENVIRONMENT);
    expect(compiled.problems).toBeUndefined();
    expect(showType(compiled.type!)).toBe(type);
  });
});
