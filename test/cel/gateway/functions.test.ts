import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../../lib/cel/cel-error';
import { compile } from '../../../lib/cel/compile';
import { activation, type GatewayVariables } from '../../../lib/cel/gateway/activation';
import { environmentFor } from '../../../lib/cel/gateway/environment';
import { Flattened, flattenedFields } from '../../../lib/cel/gateway/flatten';
import { HeaderView } from '../../../lib/cel/gateway/header-view';
import { RequestView } from '../../../lib/cel/gateway/request-view';
import { showProblem } from '../../../lib/cel/problem';
import type { CelResult } from '../../../lib/cel/value';

let draws = 0;
const HOST = {
  random: () => {
    draws += 1;
    return (draws * 0.37) % 1;
  },
};

const REQUEST = new RequestView({
  method: 'GET',
  scheme: 'http',
  authority: 'example.com',
  path: '/api',
  query: 'foo=bar&foo=baz+1&zap=%C3%A9',
  version: 'HTTP/2.0',
  headers: [
    ...['x-one', 'a,b', 'x-two', 'a, b', 'x-two', 'c', 'authorization', 'Bearer abc'],
    ...['cookie', 'session=s1; theme="dark"', 'cookie', 'session=s2;'],
    ...['x-utf8', '\u00c3\u00a9', 'x-latin1', '\u00e9'],
  ],
  body: Buffer.from('{"a":1,"b":{"c":[true,null]}}'),
});

function evaluate(source: string, given: GatewayVariables = { request: REQUEST }): CelResult {
  const { program, problems } = compile(source, environmentFor('log', HOST));
  if (!program) throw new Error(problems.map((one) => showProblem(source, one)).join('\n'));
  return program.evaluate(activation(given));
}

/** Each gives true. */
const TRUE: Readonly<Record<string, readonly string[]>> = {
  strings: [
    '"tacocat".charAt(3) == "o" && "a😀b".charAt(2) == "b"',
    '"hello mellow".indexOf("ello") == 1 && "hello mellow".indexOf("") == 0',
    '"hello mellow".indexOf("ello", 2) == 7 && "hello".indexOf("l", 20) == -1',
    '"résumé".indexOf("é", 2) == 5 && "".indexOf("") == -1',
    '"hello mellow".lastIndexOf("ello") == 7 && "hello mellow".lastIndexOf("ello", 6) == 1',
    '"hello".lastIndexOf("l", 20) == -1 && "abc".lastIndexOf("abc", 0) == 0',
    '"tacocat".substring(4) == "cat" && "tacocat".substring(0, 4) == "taco"',
    '"abc".substring(1, 99) == "bc" && "abc".substring(3) == "" && "ta©o©αT".substring(2, 6) == "©o©α"',
    '"a b c".split(" ") == ["a", "b", "c"] && "a b c".split(" ", 2) == ["a", "b c"]',
    '"a b c".split(" ", 0) == [] && "a b c".split(" ", -1).size() == 3',
    '"ab".split("") == ["", "a", "b", ""]',
    '"hello".stripPrefix("he") == "llo" && "hello".stripPrefix("x") == "hello"',
    '"hello".stripSuffix("lo") == "hel" && "hello".stripSuffix("") == "hello"',
    '"TacoCÆt".lowerAscii() == "tacocÆt" && "a".upperAscii() == "A" && " a\\n".trim() == "a"',
    '["a", "b"].join() == "ab" && ["a", "b"].join("-") == "a-b" && [].join() == ""',
    '"hello hello".replace("he", "we", 1) == "wello hello" && "aa".replace("a", "") == ""',
    'contains("abc", "b") && startsWith("abc", "a") && endsWith("abc", "c") && matches("abc", "b")',
  ],
  collections: [
    '["a", "b"].contains("a") && !["a"].contains("b") && [1].contains(1.0)',
    '{"a": 1}.contains("a") && !{"a": 1}.contains("b") && b"abc".contains(b"bc")',
    'max(1, 3, 2) == 3 && min([1.5, 2.0]) == 1.5 && max("a", "b") == "b" && max([]) == null',
    '{"a": 2}.merge({"a": 3, "b": 1}) == {"a": 3, "b": 1} && {}.merge({}) == {}',
    '{"a": 1}.merge({"a": null}).a == null',
    'toJson({"b": 1, "a": 2}.merge({"b": 3, "c": 4})) == \'{"b":3,"a":2,"c":4}\'',
    '{"a": 1, "b": 2}.mapValues(v, v * 2) == {"a": 2, "b": 4}',
    '{"a": 1, "b": 2}.filterKeys(k, k == "a") == {"a": 1} && {}.filterKeys(k, true) == {}',
    '{"a": 1, "x": 9}.filterKeys(k, k != "x").mapValues(v, v + 1) == {"a": 2}',
    'request.headers.filterKeys(k, k.startsWith("x-o")) == {"x-one": "a,b"}',
  ],
  operators: [
    '"b" in json("\\"abc\\"") && !("x" in json("\\"abc\\"")) && !("a" in {"b": 1})',
    '["abc", 5].exists(x, x.startsWith("a")) && ![5, 6].exists(x, x == 7)',
    '(1 / 0 == 1 || true) && !(1 / 0 == 1 && false)',
  ],
  fallbacks: [
    'default({"a": 1}.b, 2) == 2 && default({"a": 1}.a, 2) == 1 && default(null, 2) == 2',
    'default(jwt.sub, "nobody") == "nobody" && default(request.headers["none"], "x") == "x"',
    'coalesce(jwt.sub, request.headers["none"], 3) == 3 && coalesce(fail("x"), 1 / 0, "y") == "y"',
    'coalesce(null, fail("x")) == null && coalesce(fail("x"), null) == null && coalesce(null) == null',
    'coalesce(false, true) == false && coalesce("", "a") == ""',
    'optional.of(1).orValue(2) == 1 && {"a": 1}.?b.orValue(2) == 2',
  ],
  bindings: [
    '[1, 2].with(a, a + a) == [1, 2, 1, 2]',
    'json(request.body).with(b, b.a + 1) == 2 && 1.with(x, 2.with(x, x)) == 2',
    '[1, 2].map(x, x.with(y, y * 2)) == [2, 4]',
  ],
  json: [
    'json(\'{"a": [1, 2.5, "x", null]}\').a == [1, 2.5, "x", null]',
    'json(request.body).b.c[0] && json(b"1") == 1 && json("\\"a\\"") == "a"',
    'jsonField(request.body, "a") == 1',
    'has(json("{\\"__proto__\\": 1}").__proto__)',
    'toJson({"a": [1, 2.0, 2.5, "é", true, null]}) == \'{"a":[1,2.0,2.5,"é",true,null]}\'',
    'toJson(b"hello") == \'"aGVsbG8="\' && toJson(1u) == "1" && toJson({1: 2}) == \'{"1":2}\'',
    'toJson(duration("90s")) == \'"90s"\' && to_json(ip("10.0.0.1")) == \'"10.0.0.1"\'',
    'toJson(timestamp("2020-01-02T03:04:05Z")) == \'"2020-01-02T03:04:05Z"\'',
    'toJson(double("NaN")) == "null" && toJson(9007199254740993) == "9007199254740993"',
    'unvalidatedJwtPayload("eyJhbGciOiJub25lIn0.eyJkYXRhIjoifn5-In0.").data == "~~~"',
  ],
  encodings: [
    'base64.encode("hello") == "aGVsbG8=" && base64.encode(b"hello") == "aGVsbG8="',
    'string(base64.decode("Zg")) == "f" && string(base64.decode(b"Zg==")) == "f"',
    'string(base64Decode(base64Encode("hello"))) == "hello"',
    'sha1.encode("hello") == "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"',
    'sha256.encode(b"hello") == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"',
    'md5.encode("hello") == "5d41402abc4b2a76b9719d911017c592"',
    'url.encode("a b/?x=1&y=2!") == "a%20b%2F%3Fx%3D1%26y%3D2%21" && url.encode("a-._~") == "a-._~"',
    'url.decode("a%20b+c%2f") == "a b+c/" && url.decode("100%zz") == "100%zz"',
    'form.decode("a=1&a=2&b=x+y&c") == {"a": ["1", "2"], "b": "x y", "c": ""}',
    'form.decode("?a=1") == {"?a": "1"} && form.decode("") == {}',
    'form.encode({"a": "x y", "b": ["1", "&"]}) == "a=x+y&b=1&b=%26"',
  ],
  patterns: [
    '"/id/1234/data/5".regexReplace("[0-9]+", "{id}") == "/id/{id}/data/5"',
    '"blah id=1234 bar".regexReplace("id=(.+?) ", "[$1] ") == "blah [1234] bar"',
    '"ab".regexReplace("(?P<x>a)", "$x-$" + "{0}$$$9") == "a-a$b" && "ab".regexReplace("a", "$0$1b") == "ab"',
    '"abc".regexReplace("x", "y") == "abc" && "é1".regexReplace("[0-9]", "-") == "é-"',
  ],
  numbers: [
    'math.greatest(1, 2.5) == 2.5 && math.least([1, -2]) == -2 && math.abs(-1) == 1',
    'math.bitAnd(b"\\x05", b"\\x03") == b"\\x01" && math.bitAnd(b"\\x00\\x01", b"\\x01") == b"\\x00\\x01"',
    'math.bitAnd(4, b"\\x01\\x00\\x05") == 4 && math.bitOr(b"\\x01", 2u) == 3u && math.bitXor(1, 3) == 2',
    'random() >= 0.0 && random() < 1.0 && uuid() != uuid()',
    'uuid().matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")',
  ],
  addresses: [
    'cidr("10.0.0.0/8").containsIP("10.1.2.3") && ip("::1").isLoopback() && isIP("1.2.3.4")',
    'string(cidr("10.1.2.3/8").masked()) == "10.0.0.0/8"',
  ],
  headers: [
    'request.headers["x-one"] == "a,b" && request.headers["X-TWO"] == ["a, b", "c"]',
    'request.headers.join()["x-two"] == "a, b,c" && request.headers.raw()["x-one"] == ["a,b"]',
    'request.headers.split()["x-two"] == ["a", "b", "c"] && request.headers.split().raw()["x-one"] == ["a,b"]',
    'request.headers.redacted().authorization == "<redacted>"',
    'request.headers.redacted().split()["authorization"] == ["<redacted>"]',
    'request.headers.cookie("session") == "s1" && request.headers.cookie("theme") == "\\"dark\\""',
    'request.headers["x-utf8"] == "é" && !("x-latin1" in request.headers)',
    'request.headers.size() == 5 && "x-one" in request.headers',
  ],
  queries: [
    'request.pathAndQuery.query("foo") == ["bar", "baz 1"] && request.uri.query("zap") == ["é"]',
    'request.pathAndQuery.addQuery("q", "a b") == "/api?foo=bar&foo=baz+1&zap=%C3%A9&q=a+b"',
    'request.uri.setQuery("foo", "1") == "http://example.com/api?zap=%C3%A9&foo=1"',
    'request.path.setQuery("a", "1") == "/api?a=1"',
  ],
  variables: [
    'variables().request.method == "GET" && !has(variables().jwt)',
    'toJson(variables().filterKeys(k, k != "request")) == "{}"',
  ],
};

describe.each(Object.entries(TRUE))('%s', (_family, sources) => {
  it.each(sources)('%s', (source) => {
    expect(evaluate(source)).toBe(true);
  });
});

describe('what has no answer fails, and shows nothing of what it was given', () => {
  it.each([
    ['"abc".charAt(3)', 'index-out-of-range'],
    ['"abc".charAt(-1)', 'index-out-of-range'],
    ['"abc".substring(4)', 'index-out-of-range'],
    ['"abc".substring(2, 1)', 'index-out-of-range'],
    ['max(1, "a")', 'no-such-overload'],
    ['json("{secret")', 'invalid-argument'],
    ['json(b"\\xff")', 'invalid-argument'],
    ['jsonField("[1]", "a")', 'invalid-argument'],
    ['jsonField("{}", "a")', 'no-such-key'],
    ['unvalidatedJwtPayload("a.b")', 'invalid-argument'],
    ['unvalidatedJwtPayload("a.b.c")', 'invalid-argument'],
    ['unvalidatedJwtPayload("a.!!.c")', 'invalid-argument'],
    ['base64.decode("a")', 'invalid-argument'],
    ['url.decode("%FF")', 'invalid-argument'],
    ['form.encode({"bad": {}})', 'no-such-overload'],
    ['form.encode({1: "a"})', 'no-such-overload'],
    ['"a".regexReplace("(" + "", "")', 'invalid-argument'],
    ['math.bitAnd(-1, b"a")', 'invalid-argument'],
    ['math.bitAnd(b"012345678901234567890123456789012", b"a")', 'invalid-argument'],
    ['{"a": 1}.filterKeys(k, k.with(x, 1 / 0 == 1))', 'division-by-zero'],
    ['json("[1]").mapValues(v, v)', 'no-such-overload'],
    ['json("[1]").filterKeys(k, true)', 'no-such-overload'],
    ['json("[5, \\"abc\\"]").exists(x, x.startsWith("a"))', 'no-such-overload'],
    ['json("[5, \\"abc\\"]").all(x, x.startsWith("b"))', 'no-such-overload'],
    ['5 in json("\\"abc\\"")', 'no-such-overload'],
    ['fail("x").with(v, true)', 'invalid-argument'],
    ['default(1 / 0 == 1, true)', 'division-by-zero'],
    ['default([1][5], 1)', 'index-out-of-range'],
    ['coalesce(fail("a"), 1 / 0)', 'division-by-zero'],
    ['request.headers.cookie("none")', 'no-such-key'],
    ['request.pathAndQuery.query("none")', 'no-such-key'],
    ['json("{}").redacted()', 'no-such-overload'],
  ])('%s', (source, code) => {
    const result = evaluate(source);
    expect(result).toBeInstanceOf(CelError);
    expect(result).toMatchObject({ code });
    expect((result as CelError).message).not.toContain('secret');
  });
});

describe('functions that agentgateway does not have', () => {
  it.each([
    '"a".reverse()',
    '"%s".format([1])',
    'sets.contains([1], [1])',
    'lists.range(2)',
    'cel.bind(x, 1, x)',
    'bool("true")',
    'dyn(1)',
    '[1].sort()',
    '[[1]].flatten()',
    '{"a": 1}.all(k, v, true)',
  ])('are unknown: %s', (source) => {
    const { problems } = compile(source, environmentFor('route'));
    expect(problems?.map(({ code }) => code)).toContainEqual(
      expect.stringMatching(/unknown-function|unknown-variable|wrong-arguments/),
    );
  });

  it('keeps what makes fields of logs to logs', () => {
    expect(compile('flatten(request.headers)', environmentFor('log')).problems).toBeUndefined();
    expect(compile('flatten(request.headers)', environmentFor('route')).problems).toHaveLength(1);
  });
});

describe('flattened values', () => {
  it.each([
    ['flatten({"a": 1, "b": [2]})', { 'x.a': 1, 'x.b': [2] }],
    ['flattenRecursive({"a": 1, "b": {"c": [2, 3]}})', { 'x.a': 1, 'x.b.c.0': 2, 'x.b.c.1': 3 }],
    ['flatten(["p", "q"])', { 'x.0': 'p', 'x.1': 'q' }],
    ['flattenRecursive({})', {}],
  ])('%s', (source, fields) => {
    const made = evaluate(source);
    expect(made).toBeInstanceOf(Flattened);
    expect(Object.fromEntries(flattenedFields('x', made as Flattened))).toEqual(fields);
  });
});

describe('for any data', () => {
  const json = fc.jsonValue();

  it('what is written as JSON is read as the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        const llmRequest = { value };
        const source = 'json(toJson(llmRequest.value)) == llmRequest.value';
        const { program } = compile(source, environmentFor('llm-request'));
        expect(program?.evaluate(activation({ llmRequest }))).toBe(true);
      }),
    );
  });

  it('what is encoded is decoded to the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const source = [
          'url.decode(url.encode(llmRequest.t)) == llmRequest.t',
          'string(base64.decode(base64.encode(llmRequest.t))) == llmRequest.t',
          'form.decode(form.encode({"a": llmRequest.t})).a == llmRequest.t',
          '"/p".addQuery("a", llmRequest.t).query("a") == [llmRequest.t]',
        ].join(' && ');
        const { program } = compile(source, environmentFor('llm-request'));
        expect(program?.evaluate(activation({ llmRequest: { t: text } }))).toBe(true);
      }),
    );
  });

  it('finds a header field under its name in any case', () => {
    const name = fc.stringMatching(/^[a-z-]{1,8}$/);
    fc.assert(
      fc.property(name, fc.string({ maxLength: 8 }), (field, text) => {
        const value = text.replace(/[^\x20-\x7e]/g, '');
        const view = new HeaderView([field, value]);
        expect(view.get(field.toUpperCase())).toBe(value);
        expect([...view.keys()]).toEqual([field]);
      }),
    );
  });
});
