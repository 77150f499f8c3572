import { describe, expect, it } from 'vitest';
import { activation } from '../../../lib/cel/gateway/activation';
import { compileRule, type Rule } from '../../../lib/cel/gateway/rule';

function ruleOf(source: string): Rule {
  const { rule, problems } = compileRule(source, 'route');
  if (!rule) throw new Error(problems[0].message);
  return rule;
}

describe('what an expression reads', () => {
  it.each([
    ['jwt.sub == "a"', ['jwt', 'jwt.sub']],
    ['request.path == "/" && has(jwt.a.b)', ['request', 'request.path', 'jwt', 'jwt.a']],
    ['request["body"] == b"a"', ['request', 'request.body']],
    ['["a"].exists(jwt, jwt == "a")', []],
    ['["a"].exists(x, x == jwt.sub)', ['jwt', 'jwt.sub']],
    ['jwt.sub.with(request, request == "a")', ['jwt', 'jwt.sub']],
    ['apiKey.key.unredacted() == "k"', ['apiKey', 'apiKey.key.unredacted()']],
    ['1 == 1', []],
  ])('%s', (source, read) => {
    expect([...ruleOf(source).reads]).toEqual(read);
  });

  it.each(['toJson(request) == ""', 'request.with(r, r.body == b"a")', 'has(variables().x)'])(
    'counts a body in where the request is taken as a whole: %s',
    (source) => {
      expect(ruleOf(source).reads).toContain('request.body');
    },
  );

  it('is all that is computed', () => {
    const computed: string[] = [];
    const request = Object.defineProperties(
      {},
      Object.fromEntries(
        ['path', 'body', 'headers'].map((name) => [
          name,
          { enumerable: true, get: () => computed.push(name) && name },
        ]),
      ),
    );
    expect(ruleOf('request.path == "path"').matches(activation({ request }))).toBe(true);
    expect(computed).toEqual(['path']);
  });
});
