import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CelError } from '../../../lib/cel/cel-error';
import { activation } from '../../../lib/cel/gateway/activation';
import { environmentFor } from '../../../lib/cel/gateway/environment';
import { compileRule } from '../../../lib/cel/gateway/rule';
import { withSecret } from '../../../lib/cel/gateway/secret';
import { parse } from '../../../lib/cel/parser';
import { Program } from '../../../lib/cel/program';

const TOKEN = 'aaaa.bbbb.not-a-real-token';
const KEY = 'not-a-real-key';
const GIVEN = activation({
  jwt: withSecret({ sub: 'alice', rawToken: 'claimed', n: { m: 1 } }, 'rawToken', TOKEN),
  apiKey: withSecret({ team: 'red' }, 'key', KEY),
});

/** Without check: what a user might get past it must leak nothing either. */
function evaluate(source: string): unknown {
  const environment = environmentFor('log');
  const { expr, problems } = parse(source, environment);
  if (!expr) throw new Error(problems[0].message);
  return new Program(expr, environment).evaluate(GIVEN);
}

describe('a secret', () => {
  it.each([
    'jwt.rawToken',
    'jwt["rawToken"]',
    'string(apiKey.key)',
    '"Bearer " + jwt.rawToken',
    'jwt.rawToken.substring(0)',
    'jwt.rawToken.split("")',
    '[apiKey.key, apiKey]',
    'jwt',
    'variables()',
    'toJson(variables())',
    'toJson([jwt, apiKey.key])',
    'apiKey.mapValues(v, v)',
    'apiKey.merge({"a": 1})',
    'jwt.map(k, jwt[k])',
    'flattenRecursive(variables())',
    'base64.encode(apiKey.key)',
    'sha256.encode(apiKey.key)',
    'json(apiKey.key)',
    'int(jwt.rawToken)',
    'apiKey.key.nothing',
    'apiKey[apiKey.key]',
    'timestamp(apiKey.key)',
    'fail(apiKey.key)',
    'duration(jwt.rawToken)',
    'url.decode(apiKey.key)',
    'apiKey.key < 1',
    'apiKey.with(k, k.key)',
    'default(apiKey.key, 1)',
  ])('is not in what this gives: %s', (source) => {
    const shown = inspect(evaluate(source), { depth: 20, showHidden: false });
    const encoded = [KEY, TOKEN].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]);
    for (const secret of encoded) expect(shown).not.toContain(secret);
  });

  it.each([
    ['apiKey.key.unredacted()', KEY],
    ['jwt["rawToken"].unredacted()', TOKEN],
    ['apiKey.with(k, k.key.unredacted())', KEY],
    ['"Bearer " + jwt.rawToken.unredacted()', `Bearer ${TOKEN}`],
    ['default(apiKey.key.unredacted(), "none")', KEY],
  ])('is given where it is asked for: %s', (source, value) => {
    expect(evaluate(source)).toBe(value);
  });

  it.each(['apiKey.key', 'jwt.rawToken', 'apiKey.key + ""'])(
    'reads as a placeholder: %s',
    (one) => {
      expect(evaluate(`${one} == "<redacted>"`)).toBe(true);
    },
  );

  it.each(['int(apiKey.key.unredacted()) == 1', 'duration(jwt.rawToken.unredacted()) == null'])(
    'is not in the message of a rule that fails: %s',
    (source) => {
      const { rule } = compileRule(source, 'route');
      for (const error of [rule?.failure(GIVEN), rule?.evaluate(GIVEN)]) {
        expect(error).toBeInstanceOf(CelError);
        expect(inspect(error)).not.toMatch(/not-a-real|aaaa/);
      }
    },
  );

  it('wins over a claim of its name', () => {
    expect(evaluate('jwt.rawToken')).toBe('<redacted>');
  });
});
