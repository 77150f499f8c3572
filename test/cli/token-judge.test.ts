import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Outcome, type PlaceVerdict, TokenJudge } from '../../lib/cli/token-judge';
import { tokenPlaces } from '../../lib/cli/token-places';
import { RemoteKeySets } from '../../lib/gateway/remote-key-sets';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';
import { TestGateway } from '../../lib/testing';
import { base64url, ISSUER, Issuer, secondsFromNow } from '../support/tokens';

const issuer = new Issuer('key-1');
const second = new Issuer('key-2', 'EdDSA');
const impostor = new Issuer('key-1');
const stranger = new Issuer('key-3');

const MODES = ['strict', 'optional', 'permissive'] as const;

const provider = fc.record({
  issuer: fc.constantFrom(ISSUER, 'https://other.test'),
  audiences: fc.constantFrom(null, ['shop']),
  jwks: fc.constantFrom(issuer.jwks(), second.jwks()),
});
const location = fc.constantFrom(
  { header: { name: 'authorization', prefix: 'Bearer ' } },
  { header: { name: 'x-token' } },
  { queryParameter: { name: 'token' } },
  { cookie: { name: 'token' } },
);
const jwtAuth = fc.record({
  mode: fc.constantFrom(...MODES),
  location,
  providers: fc.array(provider, { minLength: 1, maxLength: 2 }),
});

/** Rules that the token alone decides. */
const RULES = [
  'jwt.sub == "alice"',
  'jwt.sub != "alice"',
  'has(jwt.sub)',
  '"admin" in jwt.roles',
  'jwt.level > 3',
  'true',
  'default(jwt.level, 0) > 3',
];
const rule = fc
  .tuple(fc.constantFrom('allow', 'deny', 'require'), fc.constantFrom(...RULES))
  .map(([action, expression]) => ({ [action]: expression }));
const authorization = fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }) });
const policies = fc.record({ jwtAuth, authorization }, { requiredKeys: [] });

const claims = fc.record(
  {
    iss: fc.constantFrom(ISSUER, 'https://other.test', 7),
    sub: fc.constantFrom('alice', 'bob'),
    aud: fc.constantFrom('shop', ['till', 'shop'], 'till', 3),
    exp: fc.constantFrom(-3600, -30, 3600).map(secondsFromNow),
    nbf: fc.constantFrom(-3600, 30, 3600).map(secondsFromNow),
    roles: fc.constantFrom(['admin'], [], 'admin'),
    level: fc.constantFrom(1, 5, 'high'),
  },
  { requiredKeys: [] },
);
const token = fc.oneof(
  fc
    .tuple(fc.constantFrom(issuer, second, impostor, stranger), claims)
    .map(([by, given]) => by.token(given)),
  claims.map((given) => issuer.token(given, { kid: undefined })),
  claims.map((given) => `${issuer.token(given).split('.').slice(0, 2).join('.')}.AAAA`),
  fc.constant(`${base64url('{"alg":"none"}')}.${base64url('{}')}.`),
  fc.string().map((text) => base64url(text) || 'x'),
);

/** One listener with one route, each with policies. */
function fileOf(listener: object, route: object): string {
  const routes = [{ name: 'all', policies: route, backends: [{ host: 'echo.test:80' }] }];
  const document = {
    binds: [{ port: 3000, listeners: [{ name: 'http', policies: listener, routes }] }],
  };
  return JSON.stringify(document).replaceAll('$', '$$$$');
}

async function judged(text: string, given: string, at = Date.now()): Promise<PlaceVerdict[]> {
  const { document } = readStandalone(text, { variables: () => undefined });
  const { document: normal } = normalizeStandalone(document ?? {});
  const judge = new TokenJudge(given, {
    at,
    readFile: () => {
      throw new Error('there are no files');
    },
    keySets: new RemoteKeySets({ fetch: () => Promise.reject(new Error('no')), now: Date.now }),
    unfetched: new Map(),
  });
  if (!normal) throw new Error('the test has written no configuration');
  return Promise.all(tokenPlaces(normal).guarded.map((place) => judge.place(place)));
}

/** Sends the token in every place where one of the policies reads it. */
function requestWith(given: string) {
  return {
    url: `http://a.test/?token=${given}`,
    headers: { authorization: `Bearer ${given}`, 'x-token': given, cookie: `token=${given}` },
  };
}

function answerOf(outcome: Outcome): unknown {
  return outcome.kind === 'refused' ? [outcome.status, outcome.body] : [200, outcome.kind];
}

describe('what is said of a token', () => {
  it('is what the gateway then does', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(policies, policies, token, async (listener, route, given) => {
        fc.pre('jwtAuth' in listener || 'jwtAuth' in route);
        const text = fileOf(listener, route);
        const gateway = TestGateway.fromStandalone(text, {
          upstreams: { 'echo.test:80': () => ({ body: 'passes' }) },
        });
        const { status, text: body } = await gateway.request(requestWith(given));
        const [verdict] = await judged(text, given);
        expect(answerOf(verdict.outcome)).toEqual([status, body]);
      }),
      { numRuns: 150 },
    );
  });

  const accepting = { mode: 'strict', issuer: ISSUER, jwks: issuer.jwks() };

  it('is open where a rule reads more than the token, and only where that matters', async () => {
    const outcomeOf = async (rules: unknown[]) => {
      const [verdict] = await judged(
        fileOf({}, { jwtAuth: accepting, authorization: { rules } }),
        issuer.token(),
      );
      return verdict.outcome.kind;
    };
    const path = 'request.path == "/a"';
    expect(await outcomeOf([path])).toBe('depends');
    expect(await outcomeOf([path, 'jwt.sub == "alice"'])).toBe('passes');
    expect(await outcomeOf([{ require: path }, 'jwt.sub == "alice"'])).toBe('depends');
    expect(await outcomeOf([{ require: path }, 'jwt.sub == "bob"'])).toBe('refused');
    expect(await outcomeOf([{ deny: path }])).toBe('depends');
    expect(await outcomeOf([{ deny: path }, { require: 'jwt.sub == "bob"' }])).toBe('refused');
    expect(await outcomeOf([{ deny: 'jwt.sub == "alice"' }, path])).toBe('refused');
    expect(await outcomeOf(['random() < 0.5'])).toBe('depends');
    expect(await outcomeOf(['has(jwt.sub) || has(apiKey.key)'])).toBe('depends');
  });

  it('names what a rule reads beside the token, and why it fails', async () => {
    const rules = ['request.headers["x-a"] == jwt.sub', 'jwt.team == "x"'];
    const [verdict] = await judged(
      fileOf({}, { jwtAuth: accepting, authorization: { rules } }),
      issuer.token(),
    );
    const [, { rules: found }] = [null, ...verdict.phases];
    expect(found).toMatchObject([
      { reads: ['request.headers'] },
      { holds: false, failure: expect.stringContaining('team') },
    ]);
  });

  it('is said for the time that is asked for', async () => {
    const text = fileOf({}, { jwtAuth: accepting });
    const given = issuer.token({ exp: secondsFromNow(600) });
    const outcomeAt = async (seconds: number) =>
      (await judged(text, given, Date.now() + seconds * 1000))[0].outcome.kind;
    expect([await outcomeAt(0), await outcomeAt(630), await outcomeAt(700)]).toEqual([
      ...['passes', 'passes', 'refused'],
    ]);
  });

  it('tells the provider that decides from those that are not asked', async () => {
    const providers = [
      { issuer: 'https://other.test', jwks: second.jwks() },
      { issuer: 'https://first.test', jwks: issuer.jwks() },
      { issuer: ISSUER, jwks: issuer.jwks() },
    ];
    const [verdict] = await judged(
      fileOf({}, { jwtAuth: { mode: 'strict', providers } }),
      issuer.token(),
    );
    const { jwt } = verdict.phases[0];
    expect(jwt?.reason).toContain('InvalidIssuer');
    expect(jwt?.providers.map(({ decides, reason }) => [decides, reason === undefined])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ]);
  });

  it('says where a token is taken out of the request before another policy looks for it', async () => {
    const [verdict] = await judged(
      fileOf({ jwtAuth: accepting }, { jwtAuth: accepting }),
      issuer.token(),
    );
    expect(verdict.phases.map(({ jwt }) => jwt?.reason)).toEqual([undefined, undefined]);
    expect(answerOf(verdict.outcome)).toEqual([
      401,
      'authentication failure: no bearer token found',
    ]);
  });
});
