import { describe, expect, it } from 'vitest';
import type { JwtProvider } from '../../lib/standalone/document';
import { Findings } from '../../lib/standalone/findings';
import { adviseProvider } from '../../lib/standalone/provider-advice';
import { Variable } from '../../lib/standalone/variables';

const PLACE = { path: 'jwtAuth', keys: 'jwtAuth.jwks' };

/** `code path` of what is advised. */
function advice(provider: Partial<JwtProvider>): string[] {
  const findings = new Findings();
  const whole = {
    issuer: 'https://id.test',
    audiences: ['shop'],
    jwks: '{"keys":[]}',
    ...provider,
  };
  adviseProvider(whole, PLACE, findings);
  return findings.diagnostics.map(({ code, path }) => `${code} ${path}`);
}

/** agentgateway's sample key under a name of its own. */
const SAMPLE = JSON.stringify({
  keys: [
    {
      ...{ kty: 'EC', kid: 'production', crv: 'P-256', alg: 'ES256' },
      x: 'XZHF8Em5LbpqfgewAalpSEH4Ka2I2xjcxxUt2j6-lCo',
      y: 'g3DFz45A7EOUMgmsNXatrXw1t-PG5xsbkxUs851RxSE',
    },
  ],
});

describe('a provider', () => {
  it.each([undefined, null, []])('with audiences %j takes tokens for any', (audiences) => {
    expect(advice({ audiences })).toEqual(['AnyAudience jwtAuth.audiences']);
  });

  it('with keys of its own is let be', () => {
    expect(advice({})).toEqual([]);
    expect(advice({ jwks: { file: 'keys.json' } })).toEqual([]);
    expect(advice({ jwks: new Variable('KEYS') })).toEqual([]);
  });

  it('with a sample key is known by it, whatever the key is called', () => {
    expect(advice({ issuer: 'agentgateway.dev', jwks: SAMPLE })).toEqual([
      'SampleKey jwtAuth.jwks',
    ]);
  });

  it('with a sample key of another issuer accepts none of its tokens', () => {
    expect(advice({ issuer: 'solo.io', jwks: SAMPLE })).toEqual([
      'SampleKey jwtAuth.jwks',
      'WrongIssuer jwtAuth.issuer',
    ]);
  });
});

describe('keys that are fetched without TLS', () => {
  it.each([
    ...['http://id.example.com/jwks', 'HTTP://ID.EXAMPLE.COM./jwks', 'http://203.0.113.7/jwks'],
    ...['http://172.32.0.1/jwks', 'http://[2001:db8::1]/jwks', 'http://svc.example.com/jwks'],
    ...['http://10.example.com/jwks', 'http://localhost.example.com/jwks'],
  ])('from %s are a finding', (url) => {
    expect(advice({ jwks: { url } })).toEqual(['KeysOverHttp jwtAuth.jwks']);
  });

  it.each([
    ...['https://id.example.com/jwks', 'http://keycloak.identity.svc/jwks'],
    ...[
      'http://keycloak.identity.svc.cluster.local:8080/jwks',
      'http://keycloak.identity.svc.corp',
    ],
    ...['http://keycloak:8080/jwks', 'http://localhost:8080/jwks', 'http://id.localhost/jwks'],
    ...['http://127.0.0.1/jwks', 'http://127.8.8.8/jwks', 'http://[::1]:80/jwks'],
    ...['http://10.1.2.3/jwks', 'http://172.16.0.1/jwks', 'http://192.168.1.1/jwks'],
    ...['http://169.254.1.1/jwks', 'http://[fd00::1]/jwks', 'http://[fe80::1]/jwks'],
    ...['http://host.docker.internal/jwks', 'http://id.local/jwks', 'no URL'],
  ])('from %s are none', (url) => {
    expect(advice({ jwks: { url } })).toEqual([]);
  });

  it('are told without what a URL may hold beside its host', () => {
    const findings = new Findings();
    const url = 'http://user:demo-password@id.example.com/jwks?token=demo-token';
    adviseProvider({ issuer: 'i', audiences: ['a'], jwks: { url } }, PLACE, findings);
    expect(JSON.stringify(findings.diagnostics)).not.toMatch(/demo-/);
    expect(findings.diagnostics).toHaveLength(1);
  });
});
