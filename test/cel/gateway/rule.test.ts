import { describe, expect, it } from 'vitest';
import { CelError } from '../../../lib/cel/cel-error';
import { activation, type GatewayVariables } from '../../../lib/cel/gateway/activation';
import { RequestView } from '../../../lib/cel/gateway/request-view';
import { compileRule, type Rule } from '../../../lib/cel/gateway/rule';
import { withSecret } from '../../../lib/cel/gateway/secret';
import { showProblem } from '../../../lib/cel/problem';

const REQUEST = new RequestView({
  method: 'POST',
  scheme: 'https',
  authority: 'api.example.com:8443',
  path: '/v1/chat',
  query: 'a=1&b=2',
  version: 'HTTP/1.1',
  headers: ['x-team', 'red', 'accept', 'a', 'accept', 'b'],
  startTime: 1500,
});

const ALICE: GatewayVariables = {
  request: REQUEST,
  jwt: withSecret({ sub: 'alice', roles: ['admin'] }, 'rawToken', 'aaa.bbb.ccc'),
  source: { address: '10.0.0.7', port: 4711 },
};

function ruleOf(source: string): Rule {
  const { rule, problems } = compileRule(source, 'route');
  if (!rule) throw new Error(problems.map((problem) => showProblem(source, problem)).join('\n'));
  return rule;
}

describe('a rule', () => {
  it.each([
    'jwt.sub == "alice"',
    '"admin" in jwt.roles',
    'request.method == "POST" && request.path.startsWith("/v1/")',
    'request.uri == "https://api.example.com:8443/v1/chat?a=1&b=2"',
    'request.pathAndQuery == "/v1/chat?a=1&b=2" && request.host == "api.example.com:8443"',
    'request.headers["X-Team"] == "red" && request.headers.accept == ["a", "b"]',
    'has(request.headers.accept) && !has(request.headers.missing)',
    'request.startTime == timestamp("1970-01-01T00:00:01.5Z")',
    'source.address == "10.0.0.7" && source.port == 4711',
    'jwt.rawToken == "<redacted>"',
    'apiKey == null && !has(apiKey.key) && !has(extauthz.tenant)',
  ])('lets pass: %s', (source) => {
    expect(ruleOf(source).matches(activation(ALICE))).toBe(true);
  });

  it.each([
    [['admin'], true, true],
    [['non-administrator'], false, false],
    // As agentgateway does: a part of a text, a key of a map.
    ['non-administrator', true, false],
    [{ admin: false }, true, true],
  ])('about an admin among roles %j: by `in` %s, by `exists` %s', (roles, isIn, exists) => {
    const caller = activation({ ...ALICE, jwt: { roles } });
    expect(ruleOf('"admin" in jwt.roles').matches(caller)).toBe(isIn);
    expect(ruleOf('jwt.roles.exists(role, role == "admin")').matches(caller)).toBe(exists);
    expect(ruleOf('jwt.roles.admin == true').matches(caller)).toBe(false);
  });

  it.each([
    ['request.headers["missing"] == "x"', 'no-such-key'],
    ['jwt.email == "x"', 'no-such-field'],
    ['basicAuth.username == "x"', 'no-such-field'],
    ['jwt.roles', 'invalid-argument'],
  ])('lets nothing pass where it fails: %s', (source, code) => {
    const rule = ruleOf(source);
    expect(rule.matches(activation(ALICE))).toBe(false);
    expect(rule.failure(activation(ALICE))).toBeInstanceOf(CelError);
    expect(rule.failure(activation(ALICE))).toMatchObject({ code });
  });
});
