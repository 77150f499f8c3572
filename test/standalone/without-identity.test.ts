import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activation } from '../../lib/cel/gateway/activation';
import { compileRule } from '../../lib/cel/gateway/rule';
import {
  asksWhoCalls,
  holdsForAnonymous,
  refuseAnonymous,
} from '../../lib/standalone/without-identity';

type Action = 'allow' | 'deny' | 'require';

function refuses(action: Action, ...expressions: readonly string[]): boolean {
  return refuseAnonymous(
    expressions.map((expression) => ({ action, expression })),
    'route',
  );
}

/** Nobody without a token, a key or a password makes them true. */
const NEVER = [
  'has(jwt.sub)',
  'has(jwt.sub) || has(apiKey.key)',
  'has(jwt.sub) || has(basicAuth.username) || has(apiKey.key)',
  'jwt.sub == "alice"',
  'jwt.sub == request.headers["x-user"]',
  'jwt.email.endsWith("@example.com")',
  '"admin" in jwt.roles',
  'jwt.roles.exists(role, role == request.method)',
  'jwt != null',
  'jwt != null && request.method == "GET"',
  '!(jwt == null)',
  '!(jwt == null || request.method == "PUT")',
  'request.method == "GET" && apiKey.team == "shop"',
  'default(jwt.sub, "") != ""',
  'coalesce(jwt.sub, "nobody") == "alice"',
  'has(jwt.sub) ? request.method == "GET" : false',
  'size(jwt.sub) + size(request.path) > 3',
];

/** Somebody without them may make them true, or nobody can tell. */
const MAY_BE = [
  'true',
  'request.method == "GET"',
  'has(jwt.sub) || request.path == "/public"',
  'jwt == null',
  '!has(jwt.sub)',
  'default(jwt.sub, request.headers["x-user"]) == "alice"',
  'coalesce(jwt.sub, request.method) == "GET"',
  'has(jwt.sub) ? false : request.method == "GET"',
  'request.method == "GET" ? true : has(jwt.sub)',
  'extauthz.user == "alice"',
  'source.subjectCn == "alice"',
  'jwt.with(claims, claims.sub == request.method)',
  'random() < 0.5',
  'uuid() != ""',
  'request.headers.exists(jwt, jwt == "x")',
];

describe('a rule that demands', () => {
  it.each(NEVER)('%s keeps out who has not proved who they are', (expression) => {
    expect(refuses('require', expression)).toBe(true);
    expect(refuses('allow', expression)).toBe(true);
    expect(asksWhoCalls(expression, 'route')).toBe(true);
  });

  it.each(MAY_BE)('%s does not', (expression) => {
    expect(refuses('require', expression)).toBe(false);
    expect(refuses('allow', expression)).toBe(false);
  });
});

describe('several rules', () => {
  const [identity, open] = ['has(jwt.sub)', 'request.method == "GET"'];

  it('that require must all hold', () => {
    expect(refuses('require', open, identity)).toBe(true);
  });

  it('that allow let in by one', () => {
    expect(refuses('allow', open, identity)).toBe(false);
    expect(refuses('allow', identity, 'jwt.sub == "alice"')).toBe(true);
  });

  it('of which none allows keep nobody out', () => {
    expect(refuses('allow')).toBe(false);
  });

  it.each([
    ['!has(jwt.sub)', true],
    ['coalesce(jwt.sub == "bob", true)', true],
    ['jwt == null || request.method == "PUT"', true],
    // One that fails does not deny.
    ['jwt.sub == "bob"', false],
    ['!has(jwt.sub) && request.method == "PUT"', false],
    ['request.method == "PUT"', false],
  ])('that deny do so where they surely hold: %s is %s', (expression, expected) => {
    expect(refuses('deny', expression)).toBe(expected);
    expect(holdsForAnonymous(expression, 'route')).toBe(expected);
  });

  it('that cannot be read let nobody in by themselves', () => {
    expect(refuses('allow', 'jwt.sub ==')).toBe(true);
    expect(refuses('require', 'jwt.sub ==')).toBe(false);
    expect(asksWhoCalls('jwt.sub ==', 'route')).toBe(false);
  });
});

/** Expressions of all forms over who calls and what is asked. */
const EXPRESSION = fc.letrec<{ bool: string }>((tie) => ({
  bool: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...NEVER, ...MAY_BE.filter((one) => !/random|uuid/.test(one))),
    fc.constantFrom('jwt.admin', 'has(jwt.a.b)', 'jwt.sub == apiKey.name', 'request.host == "a"'),
    tie('bool').map((a) => `!(${a})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a}) && (${b})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a}) || (${b})`),
    fc.tuple(tie('bool'), tie('bool'), tie('bool')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a}) == (${b})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `default(${a}, ${b})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `[${a}].exists(jwt, jwt == (${b}))`),
  ),
})).bool;

const REQUESTS = ['GET', 'PUT'].flatMap((method) =>
  ['/', '/public'].flatMap((path) =>
    ['alice', undefined].map((user) => ({
      ...{ method, path, host: 'a', uri: `http://a${path}`, scheme: 'http', pathAndQuery: path },
      ...{ version: 'HTTP/1.1', headers: user === undefined ? {} : { 'x-user': user } },
    })),
  ),
);

describe('what is said of any rule', () => {
  it('agrees with what the rule gives for callers without identity, whatever they send', () => {
    let decided = 0;
    fc.assert(
      fc.property(EXPRESSION, (expression) => {
        const { rule } = compileRule(expression, 'route');
        if (!rule) return;
        const held = REQUESTS.map((request) =>
          rule.matches(activation({ request, source: {}, extauthz: { user: 'alice' } })),
        );
        if (refuses('require', expression)) {
          decided += 1;
          expect(held).not.toContain(true);
        }
        if (holdsForAnonymous(expression, 'route')) expect(held).not.toContain(false);
      }),
      { numRuns: 1000 },
    );
    expect(decided).toBeGreaterThan(50);
  });
});
