import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ClaimOptions, claimsFrom } from '../../lib/cli/token-claims';
import { runAgw, temporaryDirectory } from '../support/agw';
import { Issuer } from '../support/tokens';

const NOW = 1_700_000_000_000;
const HOUR = 3600;
const SECONDS = NOW / 1000;

/** The claims as a token would hold them. */
function claims(options: Partial<ClaimOptions>): unknown {
  return JSON.parse(JSON.stringify(claimsFrom({ aud: [], claim: [], ...options }, NOW)));
}

describe('the claims of agw token sign', () => {
  it('expire in an hour unless somebody says otherwise', () => {
    expect(claims({})).toEqual({ iat: SECONDS, exp: SECONDS + HOUR });
    expect(claims({ expires: '90m' })).toMatchObject({ exp: SECONDS + 1.5 * HOUR });
    expect(claims({ expires: '-10m' })).toMatchObject({ exp: SECONDS - 600 });
    expect(claims({ expires: '2030-01-01T00:00:00Z' })).toMatchObject({ exp: 1_893_456_000 });
    expect(claims({ expires: '1893456000' })).toMatchObject({ exp: 1_893_456_000 });
    expect(claims({ expires: 'never' })).toEqual({ iat: SECONDS });
    expect(claims({ claim: ['exp="soon"'] })).toEqual({ iat: SECONDS, exp: 'soon' });
  });

  it('are those of the options', () => {
    expect(
      claims({ iss: 'https://issuer.test', sub: 'alice', aud: ['shop'], notBefore: '1m' }),
    ).toMatchObject({
      ...{ iss: 'https://issuer.test', sub: 'alice', aud: 'shop' },
      nbf: SECONDS + 60,
    });
    expect(claims({ aud: ['shop', 'till'] })).toMatchObject({ aud: ['shop', 'till'] });
  });

  it.each([
    ['role=admin', { role: 'admin' }],
    ['level=3', { level: 3 }],
    ['level="3"', { level: '3' }],
    ['a=true', { a: true }],
    ['a=null', { a: null }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['groups=["a","b"]', { groups: ['a', 'b'] }],
    ['team={"name":"x"}', { team: { name: 'x' } }],
    ['https://x.test/role=admin', { 'https://x.test/role': 'admin' }],
  ])('have %s', (claim, expected) => {
    expect(claims({ claim: [claim] })).toMatchObject(expected);
  });

  it('have a name that objects have, as any other', () => {
    const made = claimsFrom({ aud: [], claim: ['__proto__=x', 'toString=y'] }, NOW);
    expect(JSON.stringify(made)).toContain('"__proto__":"x","toString":"y"');
  });

  it.each<[string, Partial<ClaimOptions>, RegExp]>([
    ['no name', { claim: ['=x'] }, /names no claim: write `role=admin`/],
    ['no value', { claim: ['role'] }, /names no claim/],
    ['broken JSON', { claim: ['a=["x"'] }, /the value of --claim a is no JSON/],
    ['a name twice in JSON', { claim: ['a={"b":1,"b":2}'] }, /the name "b" stands twice/],
    ['a claim twice', { claim: ['a=1', 'a=2'] }, /--claim a is given twice/],
    ['a claim and its option', { sub: 'a', claim: ['sub=b'] }, /`sub` is given twice/],
    ['no time', { expires: 'tomorrow' }, /--expires "tomorrow" is no time: write `90m`/],
    ['a number without unit', { notBefore: '90' }, /--not-before "90" is no time/],
    ['no day of a month', { expires: '2030-13-01' }, /is no time/],
    ['a time beyond all calendars', { expires: '9999999999999999h' }, /is no time/],
  ])('cannot be made of %s', (_name, options, expected) => {
    expect(() => claims(options)).toThrow(expected);
  });
});

describe('agw token sign', () => {
  const issuer = new Issuer('mine');
  const jwk = issuer.jwk(issuer.privateKey.export({ format: 'jwk' })) as Record<string, unknown>;

  function sign(options: readonly string[], input?: string, key: unknown = jwk) {
    const path = join(temporaryDirectory(), 'key.jwk');
    writeFileSync(path, JSON.stringify(key));
    return runAgw(['token', 'sign', '--key', path, ...options], { input });
  }

  function parts(token: string): unknown[] {
    const [header, payload] = token.split('.');
    return [header, payload].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  }

  it('prints the token, and nothing beside it', async () => {
    const { code, stdout, stderr } = await sign(['--iss', 'https://issuer.test']);
    expect([code, stderr]).toEqual([0, '']);
    const [header, payload] = parts(stdout);
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'mine' });
    expect(payload).toMatchObject({ iss: 'https://issuer.test' });
  });

  it('takes claims from standard input, below those of the options', async () => {
    const input = JSON.stringify({ iss: 'https://issuer.test', sub: 'alice', team: 'x', exp: 1 });
    const { stdout } = await sign(['--claims', '-', '--sub', 'bob', '--claim', 'team=y'], input);
    expect(parts(stdout)[1]).toMatchObject({
      ...{ iss: 'https://issuer.test', sub: 'bob', team: 'y', exp: 1 },
    });
  });

  it('makes tokens that are wrong on purpose, and says what nobody would look for', async () => {
    const wrong = await sign([
      '--iss',
      'https://other.test',
      '--kid',
      'unknown',
      '--expires',
      '-1h',
    ]);
    expect([wrong.code, wrong.stderr]).toEqual([0, '']);
    expect(parts(wrong.stdout)[0]).toMatchObject({ kid: 'unknown' });
    const nameless = await sign(['--kid', '']);
    expect(parts(nameless.stdout)[0]).not.toHaveProperty('kid');
    expect(nameless.stderr).toMatch(/^note: it names no key.*\nnote: it names no issuer.*\n$/);
  });

  it.each([
    [['--alg', 'RS256'], /this key cannot sign with RS256, only with ES256/],
    [['--claims', '-'], /the claims of standard input are no JSON/, 'no json'],
    [['--claims', '-'], /are no JSON object/, '[]'],
    [['--claims', 'nowhere.json'], /cannot read nowhere\.json: there is no such file/],
  ])('refuses %j: exit code 2', async (options, expected, input?: string) => {
    const { code, stdout, stderr } = await sign(options, input);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });

  it.each<[string, (jwk: Record<string, unknown>) => unknown, RegExp]>([
    ['a set of keys', (jwk) => ({ keys: [jwk] }), /holds a set of keys/],
    ['a public key', ({ d, ...jwk }) => jwk, /holds no private key: it has no `d`/],
    ['a key that is none', (jwk) => ({ ...jwk, d: 'AAAA' }), /holds no valid key|cannot/],
    ['a key of another curve', (jwk) => ({ ...jwk, crv: 'P-521' }), /kind `EC P-521`/],
    ['a shared secret', () => ({ kty: 'oct', k: 'ZmFrZQ', d: 'x' }), /kind `oct`/],
    ['a list', () => [], /holds no JSON Web Key/],
    ['nothing', () => ({}), /it has no `kty`/],
  ])('refuses %s as a key, and shows nothing of it', async (_name, change, expected) => {
    const { code, stdout, stderr } = await sign([], undefined, change(jwk));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain(jwk.d);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('says how to get a key where there is none', async () => {
    const { code, stderr } = await runAgw(['token', 'sign'], { cwd: temporaryDirectory() });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/cannot read dev-key\.jwk: .*agw token keys/),
    ]);
  });
});
