import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../../lib/cel/cel-error';
import { check } from '../../../lib/cel/checker';
import { activation, type GatewayVariables } from '../../../lib/cel/gateway/activation';
import { denyAnyway } from '../../../lib/cel/gateway/deny-anyway';
import { environmentFor } from '../../../lib/cel/gateway/environment';
import { givesBool, mayFail } from '../../../lib/cel/gateway/may-fail';
import { neverTrue } from '../../../lib/cel/gateway/never-true';
import { RequestView } from '../../../lib/cel/gateway/request-view';
import { withSecret } from '../../../lib/cel/gateway/secret';
import { parse } from '../../../lib/cel/parser';
import { Program } from '../../../lib/cel/program';

const PHASE = 'backend';
const environment = environmentFor(PHASE);

function exprOf(source: string) {
  const { expr, problems } = parse(source, environment);
  if (!expr) throw new Error(`${source}: ${problems[0].message}`);
  return expr;
}

describe('what cannot fail', () => {
  it.each([
    'true',
    'request.method == "GET" && request.path.startsWith("/admin")',
    'has(jwt.sub)',
    '!has(jwt.sub) || jwt.sub == "mallory"',
    'has(jwt.sub) && jwt.sub == "mallory"',
    'jwt.sub == "mallory" && has(jwt.sub)',
    'has(jwt.a) && has(jwt.a.b) && jwt.a.b == 1',
    'has(jwt.sub) && jwt.sub in ["a", "b"]',
    'has(jwt.sub) ? jwt.sub == "a" : false',
    '!(has(jwt.sub) && jwt.sub != "a")',
    '"x-team" in request.headers && request.headers["x-team"] == "red"',
    'default(request.headers["x-team"], "none") == "none"',
    'default(jwt.sub, "") == ""',
    'coalesce(jwt.level > 3, true)',
    'coalesce(jwt.roles.exists(r, r == "guest"), false)',
    'has(basicAuth.username) && basicAuth.username.matches("^[a-z]+$")',
    '["GET", "HEAD"].exists(m, m == request.method)',
    'request.path.with(p, p.startsWith("/a") || p.endsWith("/b"))',
    'jwt == null',
    'has(source.identity) && source.identity.namespace.startsWith("kube-")',
    'has(backend.name) && backend.name == "a" && backend.type == "mcp"',
    'has(jwt.sub) && jwt.rawToken.unredacted() != ""',
    'has(jwt.sub) && default(jwt["https://a"], "") == ""',
    'source.port < 1024',
    'cidr("10.0.0.0/8").containsIP(source.address)',
    '!cidr("fd00::/8").masked().containsIP(ip(source.address))',
    'ip(destination.address).isLoopback() || cidr("10.0.0.0/8").prefixLength() == 8',
    'cidr("10.0.0.0/8").containsCIDR(cidr("10.1.0.0/16")) && ip("::1").family() == 6',
  ])('%s', (source) => {
    expect(mayFail(exprOf(source), PHASE)).toBe(false);
  });

  it.each([
    'jwt.sub == "mallory"',
    'has(jwt.a.b)',
    'has(jwt.a) && jwt.a.b == 1',
    'has(jwt.sub) && jwt.sub.startsWith("m")',
    'has(jwt.level) && jwt.level > 3',
    'has(jwt.admin) && jwt.admin',
    'has(jwt.roles) && "guest" in jwt.roles',
    'has(jwt.sub) || jwt.sub == "a"',
    'default(jwt.a.b, 1) == 1',
    'default(jwt["a"], 1) == 1',
    'default(jwt.admin, false)',
    'coalesce(jwt.sub == "a", jwt.email == "b")',
    'coalesce(jwt.admin, false)',
    'jwt.roles.exists(r, r == "guest")',
    'request.body == b"a"',
    'json(request.body).a == 1',
    'cidr("10.0.0.0/8").containsIP(request.headers["x-forwarded-for"])',
    'cidr("10.0.0.0/8").containsIP("10.0.0")',
    'cidr("10.0.0.0/33").containsIP(source.address)',
    'ip(request.host).isLoopback()',
    'backend.name == "a"',
    'source.identity.namespace == "a"',
    'has(jwt.sub) && jwt.email == "a"',
    'has(jwt.a) && default(jwt.a.b, 1) == 1',
    '{"jwt": 1}.with(jwt, jwt.sub == "a")',
    'has(jwt.sub) && {"a": 1}.with(jwt, jwt.sub == "a")',
    'request.path',
    'fail("always")',
  ])('but this may: %s', (source) => {
    expect(mayFail(exprOf(source), PHASE)).toBe(true);
  });
});

// ---------------------------------------------------------------- any expression over any request

const CLAIMS = ['sub', 'roles', 'a', 'level'];
const claim = fc.constantFrom(...CLAIMS);
const scalar = fc.constantFrom('"x"', '"GET"', '1', '2.5', 'true', 'false', 'null', '"/a"');

const { value: anyValue, bool: anyBool } = fc.letrec<{ value: string; bool: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    claim.map((name) => `jwt.${name}`),
    claim.map((name) => `jwt["${name}"]`),
    fc.tuple(claim, claim).map(([a, b]) => `jwt.${a}.${b}`),
    claim.map((name) => `extauthz.${name}`),
    claim.map((name) => `metadata.${name}`),
    fc.constantFrom('request.method', 'request.path', 'request.headers["x-a"]', 'request.headers'),
    fc.constantFrom('source.port', 'source.subject', 'basicAuth.username', 'backend.name', 'jwt'),
    fc.constantFrom('request.body', 'apiKey.key', 'apiKey.key.unredacted()', 'source.identity'),
    tie('bool'),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `default(${a}, ${b})`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('bool'), tie('value'), tie('value')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    tie('value').map((value) => `{"sub": ${value}}`),
    tie('value').map((value) => `size(${value})`),
    tie('value').map((value) => `json(${value})`),
    fc
      .tuple(tie('value'), tie('value'), fc.constantFrom('x', 'jwt'))
      .map(([value, body, name]) => `${value}.with(${name}, ${body})`),
  ),
  bool: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    claim.map((name) => `has(jwt.${name})`),
    fc.tuple(claim, claim).map(([a, b]) => `has(jwt.${a}.${b})`),
    fc.constantFrom('has(request.headers["x-a"].y)', 'has(basicAuth.username)', 'has(source.x)'),
    fc.constantFrom(
      'has(source.identity)',
      'source.identity.namespace == "n"',
      'has(backend.name)',
    ),
    fc.constantFrom('backend.type == "x"', 'jwt.rawToken == "x"', 'basicAuth.username < "b"'),
    fc.constantFrom('"x-a" in request.headers', '"sub" in jwt', 'has(source.identity.namespace)'),
    fc.tuple(tie('bool'), tie('bool')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('bool'), tie('bool'), tie('bool')).map((terms) => `(${terms.join(' || ')})`),
    tie('bool').map((term) => `!(${term})`),
    fc
      .tuple(tie('value'), fc.constantFrom('==', '!=', '<', '>=', 'in'), tie('value'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(tie('value'), fc.constantFrom('startsWith', 'contains', 'matches'), scalar)
      .map(([a, name, b]) => `(${a}).${name}(${b})`),
    fc
      .tuple(claim, fc.constantFrom('.startsWith("x")', ' < 3', ' in ["x"]', '.x == 1', ' == "x"'))
      .map(([name, test]) => `(has(jwt.${name}) && jwt.${name}${test})`),
    fc
      .tuple(claim, fc.constantFrom('||', '&&'), tie('bool'), fc.constantFrom('&&', '||'))
      .map(([name, inner, other, outer]) => {
        const guard = `(has(jwt.${name}) ${inner} ${other})`;
        return `(${outer === '&&' ? guard : `!${guard}`} ${outer} jwt.${name} == "x")`;
      }),
    fc
      .tuple(fc.constantFrom('json', 'url.decode', 'uint', 'duration'), scalar, scalar)
      .map(([name, value, other]) => `(${name}(${value}) == ${other})`),
    fc
      .tuple(tie('value'), fc.constantFrom('exists', 'all'), tie('bool'))
      .map(([list, name, body]) => `(${list}).${name}(x, ${body} || x == "x")`),
  ),
}));

const json = fc.oneof(fc.constantFrom('x', 'GET', 1, true, null), fc.jsonValue({ maxDepth: 2 }));
const values = fc.dictionary(claim, json as fc.Arbitrary<unknown>, { maxKeys: 4 });
const maybe = <T>(given: fc.Arbitrary<T>) => fc.option(given, { nil: undefined });

const requests: fc.Arbitrary<GatewayVariables> = fc.record({
  request: fc
    .tuple(
      fc.constantFrom('GET', 'x'),
      fc.constantFrom<string[]>([], ['x-a', 'x'], ['x-a', '1', 'x-a', '2']),
    )
    .map(
      ([method, headers]) =>
        new RequestView({
          ...{ method, headers, scheme: 'http', authority: 'a', path: '/a', query: '' },
          version: 'HTTP/1.1',
        }),
    ),
  source: fc.constantFrom(
    { address: '::1', port: 80 },
    {
      address: '1.2.3.4',
      port: 1,
      identity: { trustDomain: 't', namespace: 'n', serviceAccount: 's' },
    },
  ),
  jwt: maybe(values.map((claims) => withSecret(claims, 'rawToken', 'token'))),
  apiKey: maybe(values.map((metadata) => withSecret(metadata, 'key', 'k'))),
  basicAuth: maybe(fc.constant({ username: 'alice' })),
  extauthz: maybe(values),
  metadata: maybe(values),
  backend: maybe(fc.constant({ name: 'b', type: 'static', protocol: 'http' })),
});

it('knows what an item of MCP always has', () => {
  const phase = 'mcp-authorization';
  const { expr } = parse('has(mcp.tool) && mcp.tool.name == "a"', environmentFor(phase));
  expect(expr && mayFail(expr, phase)).toBe(false);
  const { expr: bare } = parse('mcp.tool.name == "a"', environmentFor(phase));
  expect(bare && mayFail(bare, phase)).toBe(true);
});

describe('for any expression and any request', () => {
  it('what is said not to fail gives true or false', () => {
    let judged = 0;
    fc.assert(
      fc.property(anyBool, fc.array(requests, { minLength: 8, maxLength: 8 }), (source, given) => {
        const expr = exprOf(source);
        if (mayFail(expr, PHASE)) return;
        judged += 1;
        const program = new Program(expr, environment);
        for (const one of given) expect(typeof program.evaluate(activation(one))).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
    expect(judged).toBeGreaterThan(100);
  });

  it('what is said to give a bool gives one or fails', () => {
    fc.assert(
      fc.property(anyValue, fc.array(requests, { minLength: 8, maxLength: 8 }), (source, given) => {
        const expr = exprOf(source);
        if (!givesBool(expr, PHASE)) return;
        const program = new Program(expr, environment);
        for (const one of given) {
          const result = program.evaluate(activation(one));
          if (!(result instanceof CelError)) expect(typeof result).toBe('boolean');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a rule that denies anyway is false only where the rule itself is', () => {
    fc.assert(
      fc.property(anyValue, fc.array(requests, { minLength: 8, maxLength: 8 }), (source, given) => {
        const rule = new Program(exprOf(source), environment);
        const anyway = new Program(exprOf(denyAnyway(source, PHASE)), environment);
        for (const one of given) {
          const isFalse = rule.evaluate(activation(one)) === false;
          expect(anyway.evaluate(activation(one))).toBe(!isFalse);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('what is said never to hold never does', () => {
    fc.assert(
      fc.property(anyBool, fc.array(requests, { minLength: 8, maxLength: 8 }), (source, given) => {
        const expr = exprOf(source);
        if (!neverTrue(expr, PHASE)) return;
        const program = new Program(expr, environment);
        for (const one of given) expect(program.evaluate(activation(one))).not.toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('an expression that checks as a value never throws', () => {
    fc.assert(
      fc.property(anyValue, requests, (source, given) => {
        const expr = exprOf(source);
        check(expr, environment);
        expect(() => new Program(expr, environment).evaluate(activation(given))).not.toThrow();
      }),
    );
  });
});
