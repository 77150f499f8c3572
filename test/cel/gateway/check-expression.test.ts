import { describe, expect, it } from 'vitest';
import { checkExpression, type Use } from '../../../lib/cel/gateway/check-expression';
import type { Phase } from '../../../lib/cel/gateway/phase';
import { compileRule } from '../../../lib/cel/gateway/rule';

type Case = readonly [source: string, phase: Phase, use: Use, message: RegExp];

const ERRORS: readonly Case[] = [
  ['jwt.sub = "a"', 'route', 'allow', /=/],
  ['jwtt.sub == "a"', 'route', 'allow', /unknown variable `jwtt`; did you mean `jwt`\?/],
  [
    'jwt.sub == alice',
    'route',
    'allow',
    /unknown variable `alice`; a text stands in quotes: "alice"$/,
  ],
  ['request.metod == "GET"', 'route', 'allow', /no field `metod`; did you mean `method`\?/],
  ['jwt.sub.startWith("a")', 'route', 'allow', /unknown function `startWith`; did you mean/],
  ['jwt.sub == 5', 'route', 'allow', /a string is never equal to an int/],
  ['"a" in jwt.sub', 'route', 'allow', /write `b.contains\(a\)`/],
  ['jwt.sub && true', 'route', 'allow', /a condition is a bool, not a string/],
  ['jwt.sub.matches("(")', 'route', 'allow', /no regular expression/],
  [
    'mcp.tool.arguments.x == "y"',
    'mcp-authorization',
    'allow',
    /^`mcp.tool.arguments` is not there in authorization of MCP items; it is in access logs, metrics and traces$/,
  ],
  ['mcp.tool.name == "a"', 'route', 'allow', /^`mcp` is not there in policies of routes; it is in/],
  ['response.code == 200', 'route', 'allow', /^`response` is not there in policies of routes/],
  ['has(proxy.route.name)', 'gateway', 'allow', /^`proxy.route` is not there in/],
  ['request["endTime"] == null', 'route', 'allow', /^`request.endTime` is not there/],
  ['jwt.sub == "a"', 'network', 'allow', /^`jwt` is not there in rules for connections/],
  ['llmRequest.model == "a"', 'log', 'value', /^`llmRequest` is not there in access logs/],
  ['flatten(request.headers)', 'route', 'value', /makes fields of a log line/],
  ['jwt.sub.unredacted() == "a"', 'route', 'allow', /`jwt.sub` is no secret/],
  ['"a".unredacted() == "a"', 'route', 'allow', /stands right behind a secret/],
];

const WARNINGS: readonly Case[] = [
  ['false', 'route', 'allow', /^this rule lets nobody pass: it is never true/],
  ['jwt.sub == "a" && 1 > 2', 'route', 'require', /^this rule keeps everybody out: no request/],
  ['jwt.sub == "a" && 1 / 0 == 1', 'route', 'allow', /it fails for every request/],
  ['jwt.sub == "a" && jwt["sub"] == "b"', 'route', 'allow', /`jwt.sub` is not two values at once/],
  ['!(true || jwt.sub == "a")', 'route', 'allow', /lets nobody pass/],
  [
    'cidr("10.0.0.0/33").containsIP(source.address)',
    'route',
    'allow',
    /^this rule lets nobody pass: it fails for every request/,
  ],
  [
    'mcp.tool.name == "a" && jwt.sub == "b"',
    'mcp-authorization',
    'deny',
    /where `jwt.sub` is missing; write `coalesce\(…, true\) != false` around what it asks of the caller/,
  ],
  ['apiKey.key == "k"', 'route', 'allow', /write `apiKey.key.unredacted\(\)`/],
  ['apiKey.key in ["k", "l"]', 'route', 'deny', /^this rule denies nobody: `apiKey.key` reads/],
  [
    'jwt.sub == "a"',
    'route',
    'deny',
    /^this rule denies nobody where `jwt.sub` is missing; write `coalesce\(jwt.sub == "a", true\)`, which denies then as well, or ask first: `has\(jwt.sub\) && …`$/,
  ],
  [
    'has(jwt.a) && jwt.a.b == 1',
    'route',
    'deny',
    /where `jwt.a.b` is missing.* ask first: `has\(jwt.a\) && has\(jwt.a.b\) && …`$/,
  ],
  [
    'request.headers["x"] == "y"',
    'route',
    'deny',
    /where `request.headers\["x"\]` is missing.* ask first: `"x" in request.headers && …`$/,
  ],
  [
    'jwt["https://a"] == 1',
    'route',
    'deny',
    /is missing; write `[^`]+`, which denies then as well$/,
  ],
  [
    'has(jwt.admin) && jwt.admin',
    'route',
    'deny',
    /where `jwt.admin` is neither true nor false; write `coalesce\(has\(jwt.admin\) && jwt.admin, true\)`/,
  ],
  [
    'jwt.banned',
    'route',
    'deny',
    /where `jwt.banned` is missing, or neither true nor false; write `coalesce\(jwt.banned, true\) != false`/,
  ],
  [
    'coalesce(jwt.banned, true)',
    'route',
    'deny',
    /^this rule denies nobody where `coalesce\(jwt.banned, true\)` is neither true nor false; write `coalesce\(coalesce\(jwt.banned, true\), true\) != false`/,
  ],
  [
    'default(jwt.banned, false)',
    'route',
    'deny',
    /is neither true nor false; write `coalesce\(default\(jwt.banned, false\), true\) != false`/,
  ],
  [
    'has(jwt.groups) && "blocked" in jwt.groups',
    'route',
    'deny',
    /where `"blocked" in jwt.groups` fails, as it does for a value of a type that it does not take/,
  ],
  [
    'jwt.sub == "somebody with a very long name" || jwt.sub == "somebody else"',
    'route',
    'deny',
    /write `coalesce\(…, true\)`, which/,
  ],
];

const FINE: readonly (readonly [string, Phase, Use])[] = [
  ['jwt.sub == "a"', 'route', 'allow'],
  ['true', 'route', 'allow'],
  ['"admin" in jwt.roles || jwt.aud == "x" || jwt.team.name == 5', 'route', 'require'],
  ['has(jwt.sub) && jwt.sub == "a"', 'route', 'deny'],
  ['coalesce(jwt.sub == "a", true)', 'route', 'deny'],
  ['default(jwt.sub, "") == "a"', 'route', 'deny'],
  ['!has(jwt.sub)', 'gateway', 'deny'],
  ['mcp.tool.target == "a" && mcp.tool.name == "b"', 'mcp-authorization', 'allow'],
  ['apiKey.key.unredacted() == "k" && jwt["rawToken"].unredacted() != ""', 'route', 'allow'],
  ['response.code >= 500 && request.endTime > request.startTime', 'log', 'value'],
  ['[{"mcp": 1}].exists(mcp, mcp.mcp == 1)', 'route', 'allow'],
  ['random() < 0.0', 'log', 'allow'],
  ['!cidr("10.0.0.0/8").containsIP(source.address)', 'route', 'deny'],
  ['mcp.tool.name == "a"', 'mcp-authorization', 'deny'],
  ['coalesce(cidr("10.0.0.0/33").containsIP(source.address), true)', 'route', 'allow'],
];

describe('checking an expression where it stands', () => {
  it.each(ERRORS)('%s in %s cannot run', (source, phase, use, message) => {
    const findings = checkExpression(source, phase, use);
    expect(findings).toHaveLength(1);
    expect(findings[0].message).toMatch(message);
    expect(findings[0].severity).toBe('error');
    expect(compileRule(source, phase).rule).toBeUndefined();
  });

  it.each(WARNINGS)('%s in %s as %s is not what it seems', (source, phase, use, message) => {
    const findings = checkExpression(source, phase, use);
    expect(findings.map((finding) => finding.message)).toEqual([expect.stringMatching(message)]);
    expect(findings[0].severity).toBe('warning');
    expect(compileRule(source, phase).problems).toBeUndefined();
  });

  it.each(FINE)('%s in %s as %s is fine', (source, phase, use) => {
    expect(checkExpression(source, phase, use)).toEqual([]);
  });

  it.each([
    ...['jwt.sub == "a"', 'jwt.banned', 'has(jwt.banned) && jwt.banned', 'jwt.a.b == 1'],
    ...['request.headers["x"] == "y"', 'default(jwt.banned, false)', 'coalesce(jwt.banned, true)'],
    ...[
      'has(jwt.groups) && "x" in jwt.groups',
      'jwt.a || jwt.b',
      'source.identity.namespace == "n"',
    ],
    ...[
      'jwt["https://a"] == 1',
      'true ? jwt.a : jwt.b',
      '!jwt.banned',
      'json(request.body).a == 1',
    ],
  ])('whoever does as a finding about a deny of %s says has none left', (source) => {
    const [{ message }] = checkExpression(source, 'route', 'deny');
    const [, wrapped] = /write `([^`]+)`/.exec(message) ?? [];
    expect(checkExpression(wrapped.replace('…', source), 'route', 'deny')).toEqual([]);
    const [, guard] = /ask first: `(.+) && …`/.exec(message) ?? [];
    if (guard === undefined) return;
    const guarded = checkExpression(`${guard} && (${source})`, 'route', 'deny');
    const [missing] = /`[^`]+` is missing/.exec(message) ?? [];
    expect(guarded.map((finding) => finding.message).join()).not.toContain(missing);
  });

  it('reports everything, in the order of the source', () => {
    const findings = checkExpression('responze.code == 1 ||\n jwt.sub == 5', 'route', 'allow');
    expect(findings.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('shows the line and a caret', () => {
    const [{ shown }] = checkExpression('has(jwt.a) ||\n  mcp.tool.name == "b"', 'route', 'allow');
    expect(shown.split('\n').slice(1)).toEqual(['    mcp.tool.name == "b"', '    ^^^']);
  });
});
