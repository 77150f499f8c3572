import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpRoute } from '../../../lib/constructs/http-route';
import { CredentialLocation } from '../../../lib/constructs/policies/credential-location';
import { Jwks } from '../../../lib/constructs/policies/jwks';
import { JwtMode, JwtPolicy, type JwtPolicyProps } from '../../../lib/constructs/policies/jwt';
import { chart, gateway, service, spec, synthesized } from '../trees';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'test' };
const KEYS = JSON.stringify({ keys: [KEY] });
const ISSUER = 'https://issuer.example.com';
const URL = `${ISSUER}/jwks.json`;
const providers = [{ issuer: ISSUER, jwks: Jwks.fromUrl(URL) }];

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  const rule = route.addRule(service(scope), { name: 'main' });
  return { scope, edge, route, rule };
}

function authentication(props: Partial<JwtPolicyProps>): { providers: { jwks: unknown }[] } {
  const { scope, route } = tree();
  new JwtPolicy(scope, 'Jwt', { target: route, providers, ...props });
  const { traffic } = spec(scope, 'AgentgatewayPolicy') as {
    traffic: { jwtAuthentication: { providers: { jwks: unknown }[] } };
  };
  return traffic.jwtAuthentication;
}

function keySet(jwks: Jwks): unknown {
  return authentication({ providers: [{ issuer: ISSUER, jwks }] }).providers[0].jwks;
}

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'jwks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'keys.json');
  writeFileSync(path, text);
  return path;
}

describe('a JwtPolicy', () => {
  it('on a Gateway is strict, and nothing below replaces it', () => {
    const { scope, edge } = tree();
    new JwtPolicy(scope, 'Jwt', {
      target: edge,
      providers: [{ issuer: ISSUER, audiences: ['shop'], jwks: Jwks.inline(KEYS) }],
    });
    expect(spec(scope, 'AgentgatewayPolicy')).toEqual({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'test-gateway' }],
      strategy: { inheritance: 'Override' },
      traffic: {
        jwtAuthentication: {
          mode: 'Strict',
          providers: [{ issuer: ISSUER, audiences: ['shop'], jwks: { inline: KEYS } }],
        },
      },
    });
  });

  it('stands on a listener, a route and a rule as well', () => {
    const { scope, edge, route, rule } = tree();
    new JwtPolicy(scope, 'A', { target: edge.listener('http'), providers, overridable: true });
    new JwtPolicy(scope, 'B', { target: route, providers });
    new JwtPolicy(scope, 'C', { target: rule, providers });
    const policies = synthesized(scope, 'AgentgatewayPolicy');
    expect(policies.map(({ spec }) => (spec.targetRefs as object[])[0])).toMatchObject([
      { kind: 'Gateway', sectionName: 'http' },
      { kind: 'HTTPRoute' },
      { kind: 'HTTPRoute', sectionName: 'main' },
    ]);
    for (const { spec } of policies) expect(spec).not.toHaveProperty('strategy');
  });

  it.each(Object.values(JwtMode))('writes mode %s out', (mode) => {
    expect(authentication({ mode })).toMatchObject({ mode });
  });

  it('looks for the token where it is said to be', () => {
    const location = CredentialLocation.cookie('token');
    expect(authentication({ location })).toMatchObject({ location: { cookie: { name: 'token' } } });
  });

  it('below a Gateway policy would not apply: both are named, and the ways out', () => {
    const { scope, edge, route } = tree();
    new JwtPolicy(scope, 'Edge', { target: edge, providers });
    new JwtPolicy(scope, 'Own', { target: route, providers, mode: JwtMode.OPTIONAL });
    expect(() => scope.toJson()).toThrow(
      'since test/Edge on Gateway `default/test-gateway` lets nothing below replace it; set `overridable: true` on test/Edge',
    );
  });

  it.each([
    [{ providers: [] }, 'JwtPolicy test/Jwt takes 1 to 64 providers, got 0'],
    [
      { providers: [{ issuer: '', jwks: Jwks.fromUrl(URL) }] },
      'issuer of JwtPolicy test/Jwt must have 1 to 256 characters, got 0',
    ],
    [
      { providers: [{ issuer: ISSUER, audiences: [], jwks: Jwks.fromUrl(URL) }] },
      `audiences of "${ISSUER}" in JwtPolicy test/Jwt must be 1 to 64 names, none of them empty; leave them out`,
    ],
    [{ overridable: true }, 'JwtPolicy test/Jwt has `overridable`, which concerns policies on'],
  ])('that could let nobody in, or everybody, is refused: %#', (props, message) => {
    expect(() => authentication(props)).toThrow(message);
  });
});

describe('a key set', () => {
  it.each([
    ['is written as it is', () => Jwks.inline(KEYS), { inline: KEYS }],
    ['is read from a file', () => Jwks.fromFile(file(KEYS)), { inline: KEYS }],
    ['is fetched', () => Jwks.fromUrl(URL), { remote: { url: URL } }],
    [
      'is kept for a while',
      () => Jwks.fromUrl(URL, { cacheDuration: Duration.minutes(90) }),
      { remote: { url: URL, cacheDuration: '1h30m' } },
    ],
  ])('%s', (_, jwks, expected) => {
    expect(keySet(jwks())).toEqual(expected);
  });

  it('is fetched from a Service, of another namespace too', () => {
    const scope = chart({ namespace: 'shop' });
    const target = gateway(scope);
    for (const [id, namespace] of [
      ['own', undefined],
      ['other', 'identity'],
    ] as const) {
      const keycloak = new kplus.Service(scope, id, {
        metadata: { name: 'keycloak', namespace },
        ports: [{ port: 8080 }],
      });
      const jwks = Jwks.fromService(keycloak, { port: 8080, path: '/realms/shop/certs' });
      new JwtPolicy(scope, `Jwt-${id}`, {
        target: id === 'own' ? target : target.listener('http'),
        overridable: true,
        providers: [{ issuer: ISSUER, jwks }],
      });
    }
    const [own, other] = synthesized(scope, 'AgentgatewayPolicy').map(({ spec }) => {
      const traffic = spec.traffic as { jwtAuthentication: { providers: { jwks: unknown }[] } };
      return traffic.jwtAuthentication.providers[0].jwks;
    });
    const backendRef = { kind: 'Service', name: 'keycloak', port: 8080 };
    const jwksPath = '/realms/shop/certs';
    expect(own).toEqual({ remote: { backendRef, jwksPath } });
    expect(other).toEqual({
      remote: { backendRef: { ...backendRef, namespace: 'identity' }, jwksPath },
    });
  });

  const anyService = () => new kplus.Service(chart(), 'S', { ports: [{ port: 80 }] });
  it.each([
    [
      () => Jwks.inline('{'),
      'the key set cannot check tokens: it is no JSON object; write {"keys"',
    ],
    [() => Jwks.inline('{}'), 'it has no list `keys`'],
    [() => Jwks.inline('{"keys":[]}'), 'it holds no key'],
    [() => Jwks.inline('{"kty":"EC"}'), 'it is one key, and no set of keys'],
    [() => Jwks.inline('{"kty":"EC","d":"RkFLRQ"}'), 'it is the private key itself'],
    [() => Jwks.inline('{"keys":[1]}'), '`keys[0]` is no JSON object'],
    [() => Jwks.inline(JSON.stringify({ keys: [{ ...KEY, kid: undefined }] })), 'needs a `kid`'],
    [() => Jwks.inline('{"keys":[{"kty":"oct","kid":"a","k":"RkFLRQ"}]}'), 'is a shared secret'],
    [() => Jwks.inline('{"keys":[{"kty":"other","kid":"a"}]}'), 'needs `kty`, one of `RSA`'],
    [() => Jwks.inline(`"${'a'.repeat(65_535)}"`), 'must have at most 65536 characters, got 65537'],
    [() => Jwks.fromFile('/nowhere/keys.json'), '"/nowhere/keys.json" cannot be read (ENOENT)'],
    [() => Jwks.fromFile(file('{}')), 'keys.json" cannot check tokens: it has no list `keys`'],
    [() => Jwks.fromUrl('issuer.example.com/keys'), '"issuer.example.com/keys" must be http or'],
    [() => Jwks.fromUrl(`${URL}?a=b`), 'without query, fragment and credentials'],
    [
      () => Jwks.fromUrl(URL, { cacheDuration: Duration.seconds(30) }),
      'cacheDuration of a key set must be at least 5m, got 30s',
    ],
    [() => Jwks.fromService(anyService(), { port: 0, path: '/' }), 'port of Service `test-s`'],
    [
      () => Jwks.fromService(anyService(), { port: 80, path: 'keys' }),
      'path of a key set "keys" must begin with "/"',
    ],
    [
      () =>
        Jwks.fromService(new ApiObject(chart(), 'C', { apiVersion: 'v1', kind: 'Pod' }), {
          port: 80,
          path: '/',
        }),
      'Jwks.fromService takes a Service, got Pod `test-c`',
    ],
  ])('that cannot be had or used is refused: %#', (build, message) => {
    expect(build).toThrow(message);
  });

  it('with a private key is refused, and the key not shown', () => {
    const secret = { ...privateKey.export({ format: 'jwk' }), kid: 'test' };
    const build = () => Jwks.inline(JSON.stringify({ keys: [secret] }));
    expect(build).toThrow('the key set holds a private key');
    expect(build).not.toThrow(secret.d);
  });

  it('with a password in its URL is refused, and the password not shown', () => {
    const build = () => Jwks.fromUrl('https://user:FAKE-password@issuer.example.com/keys');
    expect(build).toThrow('without query, fragment and credentials');
    expect(build).not.toThrow('FAKE-password');
  });
});
