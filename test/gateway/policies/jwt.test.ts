import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpstreamAnswer } from '../../../lib/testing';
import { bearer, policyGateway } from '../../support/policy-gateway';
import { ALGORITHMS, base64url, ISSUER, Issuer, secondsFromNow } from '../../support/tokens';

const issuer = new Issuer();
const PREFIX = 'authentication failure: ';
const invalid = (kind: string) => `${PREFIX}the token is invalid or malformed: Error(${kind})`;
const header = (why: string) => `${PREFIX}the token header is malformed: Error(${why})`;
const MISSING = `${PREFIX}no bearer token found`;
const REQUEST = { url: 'http://a.test/' };

function strict(beside: object = {}) {
  return policyGateway({
    jwtAuth: { mode: 'strict', issuer: ISSUER, jwks: issuer.jwks(), ...beside },
  });
}

async function answerTo(token: string, beside: object = {}) {
  const { status, text } = await strict(beside).request(bearer(token));
  return [status, text];
}

describe('the three modes', () => {
  const bad = issuer.token({ iss: 'https://other.test' });
  const cases = [
    ['strict', undefined, 401, MISSING],
    ['strict', bad, 401, invalid('InvalidIssuer')],
    ['strict', issuer.token(), 200, 'passed'],
    ['optional', undefined, 200, 'passed'],
    ['optional', bad, 401, invalid('InvalidIssuer')],
    ['optional', issuer.token(), 200, 'passed'],
    ['permissive', undefined, 200, 'passed'],
    ['permissive', bad, 200, 'passed'],
    ['permissive', issuer.token(), 200, 'passed'],
  ] as const;

  it.each(cases)('%s (case %#) answers as agentgateway does', async (mode, token, status, text) => {
    const answer = await strict({ mode }).request(token ? bearer(token) : REQUEST);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  it('optional is what a file without a mode means, and it says so', async () => {
    const open = policyGateway({ jwtAuth: { issuer: ISSUER, jwks: issuer.jwks() } });
    expect((await open.request(REQUEST)).status).toBe(200);
    expect(open.warnings.map(({ code }) => code)).toEqual(['OptionalByDefault', 'AnyAudience']);
  });

  it('permissive leaves a bad token where it is', async () => {
    const open = strict({ mode: 'permissive' });
    await open.request(bearer(bad));
    expect(open.forwarded[0].headers.authorization).toBe(`Bearer ${bad}`);
  });
});

describe('signatures', () => {
  it.each(Object.keys(ALGORITHMS))(
    '%s is verified, with `alg` in the key and without',
    async (alg) => {
      const signer = new Issuer('key', alg);
      const other = new Issuer('key', alg);
      for (const beside of [{}, { alg: undefined }]) {
        const jwks = JSON.stringify({ keys: [signer.jwk(beside)] });
        expect(await answerTo(signer.token(), { jwks })).toEqual([200, 'passed']);
        expect(await answerTo(other.token(), { jwks })).toEqual([401, invalid('InvalidSignature')]);
      }
    },
  );

  it('a token that was changed is refused', async () => {
    const [head, , signature] = issuer.token().split('.');
    const claims = base64url(JSON.stringify({ iss: ISSUER, sub: 'root', exp: secondsFromNow(60) }));
    expect(await answerTo(`${head}.${claims}.${signature}`)).toEqual([
      401,
      invalid('InvalidSignature'),
    ]);
  });

  it('a key for RS256 verifies no PS256', async () => {
    const signer = new Issuer('key', 'PS256');
    const jwks = JSON.stringify({ keys: [signer.jwk({ alg: 'RS256' })] });
    expect(await answerTo(signer.token(), { jwks })).toEqual([401, invalid('InvalidAlgorithm')]);
  });

  it('`alg: none` is refused', async () => {
    const head = base64url(JSON.stringify({ alg: 'none', kid: issuer.kid }));
    const claims = base64url(JSON.stringify({ iss: ISSUER, exp: secondsFromNow(60) }));
    const tokens = [
      `${head}.${claims}.`,
      `${head}.${claims}.AA`,
      issuer.token({}, { alg: 'none' }),
    ];
    const answers = await Promise.all(tokens.map((token) => answerTo(token)));
    expect(answers.map(([status]) => status)).toEqual([401, 401, 401]);
  });

  it('an HMAC with the public key for its secret is refused', async () => {
    const signer = new Issuer('key', 'RS256');
    const head = base64url(JSON.stringify({ alg: 'HS256', kid: 'key' }));
    const claims = base64url(JSON.stringify({ iss: ISSUER, exp: secondsFromNow(60) }));
    const secrets = [signer.publicKey.export({ type: 'spki', format: 'pem' }), signer.jwks()];
    for (const secret of secrets) {
      const mac = createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url');
      expect(await answerTo(`${head}.${claims}.${mac}`, { jwks: signer.jwks() })).toEqual([
        401,
        invalid('InvalidAlgorithm'),
      ]);
    }
  });
});

describe('what a header must be', () => {
  const claims = JSON.stringify({ iss: ISSUER, exp: secondsFromNow(600) });
  const cases: [string, string, string][] = [
    [
      'no `kid`',
      issuer.token({}, { kid: undefined }),
      `${PREFIX}the token header does not specify a \`kid\``,
    ],
    ['an unknown `kid`', issuer.token({}, { kid: 'x' }), `${PREFIX}token uses the unknown key "x"`],
    [
      'a `kid` of the prototype',
      issuer.token({}, { kid: '__proto__' }),
      `${PREFIX}token uses the unknown key "__proto__"`,
    ],
    ['a `kid` that is no text', issuer.token({}, { kid: 7 }), header('Json("invalid kid")')],
    [
      'critical extensions',
      issuer.token({}, { crit: ['exp'] }),
      header('Json("unknown extension")'),
    ],
    [
      'a payload that is not encoded',
      issuer.token({}, { b64: false, crit: ['b64'] }),
      header('Json("unknown extension")'),
    ],
    [
      'a name twice',
      issuer.signed(`{"alg":"ES256","kid":"key-1","kid":"key-1"}`, claims),
      header('Json("invalid JSON")'),
    ],
    [
      'a name twice, once escaped',
      issuer.signed(`{"alg":"ES256","kid":"key-1","\\u006bid":"key-1"}`, claims),
      header('Json("invalid JSON")'),
    ],
    ['no object', issuer.signed('[]', claims), header('Json("not an object")')],
    ['two parts', issuer.token().split('.').slice(0, 2).join('.'), header('InvalidToken')],
    ['four parts', `${issuer.token()}.AA`, header('InvalidToken')],
    ['no token', 'garbage', header('InvalidToken')],
    ['padding', `=${issuer.token()}`, header('InvalidToken')],
    ['a megabyte', issuer.token({ padding: 'x'.repeat(1024 * 1024) }), header('InvalidToken')],
  ];

  it.each(cases)('%s is refused', async (_, token, text) => {
    expect(await answerTo(token)).toEqual([401, text]);
  });

  it('a token whose last character is another spelling of the same bytes is refused', async () => {
    const [head, payload, signature] = issuer.token().split('.');
    const respelt = `${head.slice(0, -1)}${String.fromCharCode(head.charCodeAt(head.length - 1) + 1)}`;
    const [status] = await answerTo(`${respelt}.${payload}.${signature}`);
    expect(status).toBe(401);
  });
});

describe('what claims must be', () => {
  const now = secondsFromNow(0);

  // The clock stands, so that a slow machine does not decide what has ended.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 }));
  afterEach(() => void vi.useRealTimers());

  const cases: [string, object, object, string | undefined][] = [
    ['another issuer', { iss: `${ISSUER}/` }, {}, invalid('InvalidIssuer')],
    ['no issuer', { iss: undefined }, {}, invalid('MissingRequiredClaim("iss")')],
    ['a list of issuers', { iss: [ISSUER] }, {}, invalid('MissingRequiredClaim("iss")')],
    ['no end', { exp: undefined }, {}, invalid('MissingRequiredClaim("exp")')],
    ['an end that is text', { exp: '9999999999' }, {}, invalid('MissingRequiredClaim("exp")')],
    ['an end 60 s ago', { exp: now - 60 }, {}, undefined],
    ['an end 61 s ago', { exp: now - 61 }, {}, invalid('ExpiredSignature')],
    ['a start in 60 s', { nbf: now + 60 }, {}, undefined],
    ['a start in 61 s', { nbf: now + 61 }, {}, invalid('ImmatureSignature')],
    ['a start that is text', { nbf: '1' }, {}, invalid('MissingRequiredClaim("nbf")')],
    ['any audience where none is asked for', { aud: 'other' }, {}, undefined],
    ['the audience', { aud: 'a' }, { audiences: ['a', 'b'] }, undefined],
    ['the audience among others', { aud: ['x', 'b'] }, { audiences: ['a', 'b'] }, undefined],
    ['another audience', { aud: ['x'] }, { audiences: ['a'] }, invalid('InvalidAudience')],
    ['no audience', {}, { audiences: ['a'] }, invalid('MissingRequiredClaim("aud")')],
    [
      'no subject where it is required',
      { sub: undefined },
      { jwtValidationOptions: { requiredClaims: ['sub'] } },
      invalid('MissingRequiredClaim("sub")'),
    ],
    [
      'no end where none is required',
      { exp: undefined },
      { jwtValidationOptions: { requiredClaims: [] } },
      undefined,
    ],
  ];

  it.each(cases)('%s', async (_, claims, beside, refused) => {
    expect(await answerTo(issuer.token(claims), beside)).toEqual(
      refused ? [401, refused] : [200, 'passed'],
    );
  });

  it('a claim twice is refused, at any depth', async () => {
    const head = JSON.stringify({ alg: 'ES256', kid: issuer.kid });
    const exp = secondsFromNow(600);
    const payloads = [
      `{"iss":"${ISSUER}","exp":${exp},"sub":"alice","sub":"root"}`,
      `{"iss":"${ISSUER}","exp":${exp},"a":[{"b":1,"b":2}]}`,
    ];
    for (const payload of payloads) {
      expect(await answerTo(issuer.signed(head, payload))).toEqual([
        401,
        invalid('Json("invalid JSON")'),
      ]);
    }
  });

  it('a required claim that agentgateway does not know is a finding, not a check', async () => {
    const gateway = strict({ jwtValidationOptions: { requiredClaims: ['exp', 'email'] } });
    expect(gateway.warnings).toContainEqual(
      expect.objectContaining({
        code: 'NoEffect',
        path: 'binds[0].listeners[0].routes[0].policies.jwtAuth.jwtValidationOptions.requiredClaims[1]',
      }),
    );
    expect((await gateway.request(bearer(issuer.token()))).status).toBe(200);
  });
});

describe('several providers', () => {
  const second = new Issuer('key-2', 'EdDSA');
  const providers = [
    { issuer: ISSUER, jwks: issuer.jwks() },
    { issuer: 'https://second.test', jwks: second.jwks() },
  ];

  it('each accepts its own tokens, signed by its own keys', async () => {
    const gateway = policyGateway({ jwtAuth: { mode: 'strict', providers } });
    const ask = async (token: string) => (await gateway.request(bearer(token))).status;
    expect(await ask(issuer.token())).toBe(200);
    expect(await ask(second.token({ iss: 'https://second.test' }))).toBe(200);
    expect(await ask(second.token())).toBe(401);
    expect(await ask(issuer.token({ iss: 'https://second.test' }))).toBe(401);
  });

  it('of two with one `kid` the first is taken, and a finding says so', async () => {
    const twin = new Issuer('key-1');
    const gateway = policyGateway({
      jwtAuth: {
        mode: 'strict',
        providers: [providers[0], { issuer: 'https://twin.test', jwks: twin.jwks() }],
      },
    });
    const { status } = await gateway.request(bearer(twin.token({ iss: 'https://twin.test' })));
    expect(status).toBe(401);
    expect((await gateway.request(bearer(issuer.token()))).status).toBe(200);
    expect(gateway.warnings).toContainEqual(
      expect.objectContaining({
        code: 'Overridden',
        path: 'binds[0].listeners[0].routes[0].policies.jwtAuth.providers[1].jwks',
      }),
    );
  });
});

describe('where the token is read', () => {
  const token = issuer.token();
  const cases = [
    ['the Authorization header', undefined, { authorization: `Bearer ${token}` }, ''],
    ['a scheme in any case', undefined, { authorization: `bEARER ${token}` }, ''],
    ['another header', { header: { name: 'X-Token' } }, { 'x-token': token }, ''],
    [
      'a query parameter',
      { queryParameter: { name: 'access_token' } },
      {},
      `?a=1&access_token=${token}`,
    ],
    ['a cookie', { cookie: { name: 'session' } }, { cookie: `a=1; session=${token}` }, ''],
  ] as const;

  it.each(cases)('%s, and it does not travel on', async (_, location, headers, query) => {
    const gateway = strict({ location });
    const { status } = await gateway.request({ url: `http://a.test/${query}`, headers });
    expect(status).toBe(200);
    expect(JSON.stringify(gateway.forwarded)).not.toContain(token);
    expect(gateway.logLines.join()).not.toContain(token);
  });

  it.each([
    ['a query parameter twice', { queryParameter: { name: 't' } }, {}, `?t=${token}&t=${token}`],
    ['a cookie twice', { cookie: { name: 't' } }, { cookie: `t=${token}; t=x` }, ''],
    [
      'a header twice',
      undefined,
      { Authorization: 'Bearer x', authorization: `Bearer ${token}` },
      '',
    ],
  ])('%s is refused', async (_, location, headers, query) => {
    const answer = await strict({ location }).request({ url: `http://a.test/${query}`, headers });
    expect([answer.status, answer.text]).toEqual([401, invalid('Several')]);
  });

  it('another scheme is no token', async () => {
    const answer = await strict().request({ ...REQUEST, headers: { authorization: 'Basic YTpi' } });
    expect(answer.text).toBe(MISSING);
  });
});

describe('what the client and the log are told', () => {
  it('a refusal is plain text and offers no scheme', async () => {
    const gateway = strict();
    const { headers } = await gateway.request(REQUEST);
    expect(Object.keys(headers)).toEqual(['content-type', 'content-length']);
    expect(gateway.logLines[0]).toContain(
      `http.status=401 protocol=http error="${MISSING}" reason=JwtAuth duration=`,
    );
  });

  it('the subject stands in the log, quoted where it could pass for a field', async () => {
    const gateway = strict();
    await gateway.request(bearer(issuer.token()));
    await gateway.request(bearer(issuer.token({ sub: 'eve http.status=200' })));
    expect(gateway.logLines[0]).toContain(' jwt.sub=alice protocol=http ');
    expect(gateway.logLines[1]).toContain(' jwt.sub="eve http.status=200" protocol=http ');
  });

  it('a token that is refused stays out of the log', async () => {
    const gateway = strict({ location: { queryParameter: { name: 't' } } });
    const token = new Issuer().token();
    await gateway.request({ url: `http://a.test/?t=${token}` });
    expect(gateway.logLines[0]).toContain('http.path=/?t=redacted ');
  });
});

describe('a configuration that cannot work', () => {
  const path = 'binds[0].listeners[0].routes[0].policies.jwtAuth.jwks';
  const keys = (...entries: object[]) => JSON.stringify({ keys: entries });
  const cases: [string, string, string][] = [
    ['no JSON', '{', 'the key set is no JSON: it cannot be parsed'],
    ['no keys', '{}', 'the key set has no list `keys`; write `{"keys": [...]}`'],
    ['a secret', keys({ kty: 'oct', kid: 'a', k: 'c2VjcmV0' }), '`keys[0]` is of the kind `oct`'],
    ['a key without `kid`', keys(issuer.jwk({ kid: undefined })), '`keys[0]` has no `kid`'],
    ['one `kid` twice', keys(issuer.jwk(), issuer.jwk()), 'two keys have the `kid` "key-1"'],
    [
      'a broken key',
      keys(issuer.jwk({ x: 'AA' })),
      '`keys[0]` is no valid key of the kind `EC P-256`',
    ],
    [
      'the algorithm of another kind',
      keys(issuer.jwk({ alg: 'RS256' })),
      '`keys[0]` has `alg: RS256`',
    ],
  ];

  it.each(cases)('%s is refused when it is loaded, with its place', (_, jwks, message) => {
    expect(() => strict({ jwks })).toThrow(`InvalidKey ${path}: ${message}`);
    expect(() => strict({ jwks })).not.toThrow('c2VjcmV0');
  });

  it('a file that is not there is named', () => {
    expect(() => strict({ jwks: { file: 'keys.json' } })).toThrow(
      `Unreadable ${path}.file: the file "keys.json" cannot be read`,
    );
  });

  it('a policy that another replaces has to be right as well', () => {
    const jwtAuth = { mode: 'strict', issuer: ISSUER, jwks: '{' };
    expect(() => policyGateway({}, { listener: { jwtAuth } })).toThrow('InvalidKey');
  });

  it('keys for encryption are passed over', async () => {
    const jwks = keys(issuer.jwk({ use: 'enc' }), new Issuer('key-2').jwk());
    expect(await answerTo(issuer.token(), { jwks })).toEqual([
      401,
      `${PREFIX}token uses the unknown key "key-1"`,
    ]);
  });

  it('a set without keys lets nobody in, and says so', async () => {
    const gateway = strict({ jwks: '{"keys":[]}' });
    expect((await gateway.request(bearer(issuer.token()))).status).toBe(401);
    expect(gateway.warnings.map(({ code }) => code)).toEqual(['AnyAudience', 'NoKeys']);
  });

  it('a private key is a finding that does not show it', () => {
    const jwk = issuer.privateKey.export({ format: 'jwk' });
    const { warnings } = strict({ jwks: keys({ ...jwk, kid: 'key-1' }) });
    expect(warnings).toContainEqual(
      expect.objectContaining({ severity: 'warning', code: 'InvalidKey' }),
    );
    expect(JSON.stringify(warnings)).not.toContain(jwk.d);
  });
});

describe('keys that are fetched', () => {
  const url = 'https://issuer.test/jwks.json';
  const fetched = (answer: () => UpstreamAnswer, provider: object = {}) =>
    policyGateway(
      { jwtAuth: { mode: 'strict', issuer: ISSUER, jwks: { url }, ...provider } },
      { documents: { [url]: answer } },
    );

  it('verify the first token that comes', async () => {
    let asked = 0;
    const gateway = fetched(() => {
      asked++;
      return { body: issuer.jwks() };
    });
    const answers = await Promise.all([1, 2, 3].map(() => gateway.request(bearer(issuer.token()))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked).toBe(1);
  });

  it('let nobody in while they cannot be fetched, and the gateway starts all the same', async () => {
    const gateway = fetched(() => ({ status: 503 }));
    const answer = await gateway.request(bearer(issuer.token()));
    expect([answer.status, answer.text]).toEqual([
      401,
      `${PREFIX}token uses the unknown key "key-1"`,
    ]);
  });

  it('are not asked for because of tokens of other issuers, or of nobody', async () => {
    let asked = 0;
    const gateway = fetched(() => {
      asked++;
      return { body: issuer.jwks() };
    });
    const tokens = [
      issuer.token({ iss: 'https://other.test' }),
      'a.b.c',
      issuer.token({}, { kid: undefined }),
    ];
    for (const token of tokens) await gateway.request(bearer(token));
    expect(asked).toBe(0);
  });

  it('end what was verified by keys of before', async () => {
    vi.useFakeTimers();
    try {
      const successor = new Issuer('key-2');
      let current = issuer;
      const gateway = fetched(() => ({
        body: current.jwks(),
        headers: { 'Cache-Control': 'max-age=60' },
      }));
      const token = issuer.token();
      expect((await gateway.request(bearer(token))).status).toBe(200);
      current = successor;
      await vi.advanceTimersByTimeAsync(61_000);
      expect((await gateway.request(bearer(token))).status).toBe(401);
      expect((await gateway.request(bearer(successor.token()))).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are refused where their URL cannot be fetched', () => {
    for (const bad of ['ftp://issuer.test/jwks', 'issuer.test/jwks', 'file:///etc/passwd']) {
      expect(() => policyGateway({ jwtAuth: { issuer: ISSUER, jwks: { url: bad } } })).toThrow(
        'jwtAuth.jwks.url: the URL of the key set cannot be fetched',
      );
    }
  });
});

describe('a token that was verified before', () => {
  it('is let in until it expires, and for the leeway behind that', async () => {
    vi.useFakeTimers();
    try {
      const gateway = strict();
      const token = issuer.token({ exp: secondsFromNow(100) });
      const statuses: number[] = [];
      for (const seconds of [0, 99, 50, 20]) {
        await vi.advanceTimersByTimeAsync(seconds * 1000);
        statuses.push((await gateway.request(bearer(token))).status);
      }
      expect(statuses).toEqual([200, 200, 200, 401]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not vouch for one that is nearly the same', async () => {
    const gateway = strict();
    const token = issuer.token();
    expect((await gateway.request(bearer(token))).status).toBe(200);
    for (const other of [`${token}A`, token.slice(0, -1), `${token} `, token.toUpperCase()]) {
      expect((await gateway.request(bearer(other))).status).toBe(401);
    }
  });
});

it('whatever stands in place of a token is refused, and never an error of the gateway', async () => {
  const gateway = strict();
  const part = fc.oneof(
    fc.string(),
    fc.json().map(base64url),
    fc.constant(issuer.token().split('.')[0]),
    fc.constant(issuer.token().split('.')[1]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      const { status, text } = await gateway.request(bearer(parts.join('.')));
      expect(status).toBe(401);
      expect(text).toMatch(/^authentication failure: /);
    }),
  );
});

it('keys are read from a file', async () => {
  const gateway = policyGateway(
    { jwtAuth: { mode: 'strict', issuer: ISSUER, jwks: { file: 'keys.json' } } },
    { files: { 'keys.json': issuer.jwks() } },
  );
  expect((await gateway.request(bearer(issuer.token()))).status).toBe(200);
});
