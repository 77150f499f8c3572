import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAgw, temporaryDirectory } from '../support/agw';
import { bearer, policyGateway } from '../support/policy-gateway';
import { ALGORITHMS, ISSUER } from '../support/tokens';

const MEMBERS_OF_PRIVATE_KEYS = ['d', 'p', 'q', 'dp', 'dq', 'qi'];

function readJson(directory: string, name: string) {
  return JSON.parse(readFileSync(join(directory, name), 'utf8'));
}

describe('agw token keys', () => {
  it.each(Object.keys(ALGORITHMS))(
    'makes keys for %s, whose tokens a gateway accepts',
    { timeout: 60_000 },
    async (alg) => {
      const cwd = temporaryDirectory();
      const made = await runAgw(['token', 'keys', '--alg', alg], { cwd });
      expect([made.code, made.stdout]).toEqual([0, '']);
      const sign = ['token', 'sign', '--iss', ISSUER, '--sub', 'alice'];
      const { code, stdout, stderr } = await runAgw(sign, { cwd });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const jwks = JSON.stringify(readJson(cwd, 'dev-key.jwks'));
      const gateway = policyGateway({
        jwtAuth: { mode: 'strict', issuer: ISSUER, jwks },
        authorization: { rules: ['jwt.sub == "alice"'] },
      });
      expect(await gateway.request(bearer(stdout.trim()))).toMatchObject({ status: 200 });
    },
  );

  it('keeps the private key to its owner, and publishes nothing of it', async () => {
    const cwd = temporaryDirectory();
    const { stderr } = await runAgw(['token', 'keys', '--alg', 'RS256'], { cwd });
    expect(statSync(join(cwd, 'dev-key.jwk')).mode & 0o777).toBe(0o600);
    const secret = readJson(cwd, 'dev-key.jwk');
    const { keys } = readJson(cwd, 'dev-key.jwks');
    expect(Object.keys(keys[0]).filter((name) => MEMBERS_OF_PRIVATE_KEYS.includes(name))).toEqual(
      [],
    );
    const published = readFileSync(join(cwd, 'dev-key.jwks'), 'utf8');
    for (const name of MEMBERS_OF_PRIVATE_KEYS) {
      expect(published).not.toContain(secret[name]);
      expect(stderr).not.toContain(secret[name]);
    }
    expect(keys).toEqual([expect.objectContaining({ kid: secret.kid, alg: 'RS256', use: 'sig' })]);
  });

  it('says that it is for development only', async () => {
    const { stderr } = await runAgw(['token', 'keys'], { cwd: temporaryDirectory() });
    expect(stderr).toContain('for development only');
  });

  it.each(['dev-key.jwk', 'dev-key.jwks'])(
    'overwrites no %s, and writes nothing then',
    async (name) => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, name), 'mine');
      const { code, stderr } = await runAgw(['token', 'keys'], { cwd });
      expect([code, readdirSync(cwd)]).toEqual([2, [name]]);
      expect(stderr).toMatch(new RegExp(`^agw: ${name} is there already`));
      expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine');
    },
  );

  it('writes where it is told, under the names that it is told', async () => {
    const cwd = temporaryDirectory();
    const options = ['-o', 'a/b', '--name', 'other', '--kid', 'first', '--format', 'json'];
    const { code, stdout } = await runAgw(['token', 'keys', ...options], { cwd });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { kid: 'first', alg: 'ES256', privateKey: 'a/b/other.jwk', jwks: 'a/b/other.jwks' },
    ]);
    expect(readdirSync(join(cwd, 'a', 'b'))).toEqual(['other.jwk', 'other.jwks']);
    expect(readJson(cwd, 'a/b/other.jwks').keys[0].kid).toBe('first');
  });

  it('names two keys differently by themselves', async () => {
    const cwd = temporaryDirectory();
    await runAgw(['token', 'keys', '--name', 'one'], { cwd });
    await runAgw(['token', 'keys', '--name', 'two'], { cwd });
    expect(readJson(cwd, 'one.jwk').kid).not.toBe(readJson(cwd, 'two.jwk').kid);
  });

  it.each([
    [['--alg', 'HS256'], /'HS256' is invalid/],
    [['--alg', 'none'], /'none' is invalid/],
    [['--kid', ''], /--kid is empty/],
    [['--name', '../x'], /--name "\.\.\/x" is no name of a file/],
    [['--name', '..'], /is no name of a file/],
    [['-o', 'file'], /a part of it is a file/],
  ])('refuses %j: exit code 2', async (options, expected) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'file'), '');
    const { code, stdout, stderr } = await runAgw(['token', 'keys', ...options], { cwd });
    expect([code, stdout, readdirSync(cwd)]).toEqual([2, '', ['file']]);
    expect(stderr).toMatch(expected);
  });

  it('writes files that a directory of configurations may hold', async () => {
    const cwd = temporaryDirectory();
    await runAgw(['token', 'keys'], { cwd });
    const route = `{policies: {jwtAuth: {issuer: ${ISSUER}, jwks: {file: dev-key.jwks}}}, backends: [{host: '127.0.0.1:9'}]}`;
    writeFileSync(
      join(cwd, 'g.yaml'),
      `binds: [{port: 3000, listeners: [{routes: [${route}]}]}]\n`,
    );
    const { code, stdout, stderr } = await runAgw(['run', '.', '--validate-only'], { cwd });
    expect([code, stdout], stderr).toEqual([0, 'Configuration is valid!\n']);
  });
});
