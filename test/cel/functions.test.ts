import { describe, expect, it } from 'vitest';
import { CelError } from '../../lib/cel/cel-error';
import { DYN, parameter } from '../../lib/cel/cel-type';
import { compile } from '../../lib/cel/compile';
import { type Environment, extend } from '../../lib/cel/environment';
import { EXTENDED } from '../../lib/cel/extended';
import { lazy } from '../../lib/cel/function-table';
import { KUBERNETES, validationRule } from '../../lib/cel/kubernetes';
import { showProblem } from '../../lib/cel/problem';
import type { CelResult } from '../../lib/cel/value';

function evaluate(source: string, environment: Environment, self: unknown = null): CelResult {
  const { program, problems } = compile(source, environment);
  if (!program) throw new Error(showProblem(source, problems[0]));
  return program.evaluate({ self });
}

describe('in an API server', () => {
  it.each([
    'quantity("1Gi").isGreaterThan(quantity("1G"))',
    'quantity("1.5Ki") == quantity("1536")',
    'quantity("50k").asInteger() == 50000',
    '!quantity("50m").isInteger() && quantity("1e3").isInteger()',
    'quantity("-100m").sign() == -1 && quantity("0").sign() == 0',
    'quantity("50k").add(20).compareTo(quantity("50020")) == 0',
    'quantity("50k").sub(quantity("1k")) == quantity("49k")',
    'quantity("200m").asApproximateFloat() == 0.2',
    'isQuantity("1.3Gi") && !isQuantity("1,3Gi") && !isQuantity("Gi") && !isQuantity("")',
    'isURL("https://user:pass@example.com:80/a?b=c") && isURL("/a/b") && !isURL("../a")',
    '!isURL("example.com") && !isURL("http:// a") && !isURL("https://exa mple.com") && !isURL("")',
    'url("https://example.com:80/a b?k=1&k=2").getHost() == "example.com:80"',
    'url("https://example.com:80/").getHostname() == "example.com"',
    'url("https://[::1]:80/").getHostname() == "::1" && url("https://[::1]:80/").getPort() == "80"',
    'url("https://example.com").getEscapedPath() == "" && url("/a b").getEscapedPath() == "/a%20b"',
    'url("https://a/?k=1&k=2&m=x%20y").getQuery() == {"k": ["1", "2"], "m": ["x y"]}',
    'isIP("127.0.0.1") && isIP("::1") && !isIP("127.0.0.256") && !isIP("01.2.3.4")',
    '!isIP("::ffff:1.2.3.4") && !isIP("fe80::1%en0") && !isIP("1:2") && !isIP(":::")',
    'ip("127.0.0.1").isLoopback() && ip("fe80::1").isLinkLocalUnicast()',
    'ip("8.8.8.8").isGlobalUnicast() && ip("::").isUnspecified() && ip("::1").family() == 6',
    'ip.isCanonical("2001:db8::abcd") && !ip.isCanonical("2001:DB8::0:abcd")',
    'string(ip("2001:db8:0:0:0:0:0:1")) == "2001:db8::1"',
    'cidr("10.0.0.0/8").containsIP("10.1.2.3") && !cidr("10.0.0.0/8").containsIP("11.0.0.0")',
    'cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("10.0.0.0/8").containsCIDR("0.0.0.0/0")',
    'string(cidr("10.1.2.3/8").masked()) == "10.0.0.0/8" && cidr("::1/64").prefixLength() == 64',
    'isCIDR("::/0") && !isCIDR("10.0.0.0/33") && !isCIDR("10.0.0.0") && !isCIDR("10.0.0.0/08")',
    '[1, 2, 2].isSorted() && !["b", "a"].isSorted() && [3, 1, 2].min() == 1 && [3, 1, 2].max() == 3',
    '[1, 2, 3].sum() == 6 && ["a", "b", "a"].indexOf("a") == 0 && ["a", "b", "a"].lastIndexOf("a") == 2',
    '"abc 123 def 45".find("[0-9]+") == "123" && "a1b2".findAll("[0-9]") == ["1", "2"]',
    '"a1b2c3".findAll("[0-9]", 2) == ["1", "2"] && "abc".find("[0-9]") == ""',
    '"%s has %d".format(["a", 1]) == "a has 1"',
    'duration("1h30m") == duration("90m") && duration("1.5s").getMilliseconds() == 500',
  ])('%s', (source) => {
    expect(evaluate(source, KUBERNETES)).toBe(true);
  });

  it('reads the fields that escaped names mean', () => {
    const self = { namespace: 'a', 'x-y': 1, 'a.b/c': 2, __d: 3 };
    const rule =
      'self.__namespace__ == "a" && self.x__dash__y == 1 && self.a__dot__b__slash__c == 2 && self.__underscores__d == 3';
    expect(validationRule(rule)(self)).toBe(true);
  });

  it.each(['1 +', 'self', 'self.missing', 'unknown(self)'])('`%s` decides nothing', (rule) => {
    expect(validationRule(rule)({})).toBeInstanceOf(CelError);
  });
});

describe('a host that brings functions', () => {
  const A = parameter('A');
  const environment = extend(EXTENDED, {
    variables: { self: DYN },
    functions: [
      lazy(
        'default',
        [A, A],
        A,
        ([value, otherwise]) => {
          const result = value();
          return result instanceof CelError || result === null ? otherwise() : result;
        },
        'the value, or the other where it fails or is null',
      ),
    ],
  });

  it.each([
    ['default(self.a, "b")', { a: 'x' }, 'x'],
    ['default(self.a, "b")', {}, 'b'],
    ['default(self.a.b.c, "b")', { a: 1 }, 'b'],
    ['default(7, 1 / 0)', {}, 7],
    ['self.list.map(e, default(e.name, "none"))', { list: [{ name: 'a' }, {}] }, ['a', 'none']],
  ])('may leave arguments unevaluated: %s', (source, self, expected) => {
    expect(evaluate(source, environment, self)).toEqual(expected);
  });

  it('cannot make an expression outlive its budget', () => {
    const numbers = `[${Array.from({ length: 300 }, (_, index) => index).join(',')}]`;
    const loops = `${numbers}.all(a, ${numbers}.all(b, ${numbers}.all(c, true)))`;
    const result = evaluate(`default(${loops}, true)`, environment);
    expect(result).toMatchObject({ code: 'too-costly' });
  });
});
