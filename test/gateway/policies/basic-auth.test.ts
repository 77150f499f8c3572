import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyGateway } from '../../support/policy-gateway';

/** What `htpasswd` and `openssl passwd -apr1` printed for these passwords. */
const LINES = [
  '# demo users',
  'alice:$2b$04$PsDt8U1saYyMmJ3QsU13Ouj5e6Ue/dgkJvofarPlt8uZcx8X5c6Ra',
  '',
  'bob:$apr1$abcdefgh$7v6NgR9rFe.VlGWaxRayN1',
  'carol:{SHA}KYPGUZ1RyNcMPgP8M8UWINc8iAU=',
];
const REQUEST = { url: 'http://a.test/' };
const MISSING = 'basic authentication failure: no basic authentication credentials found';
const WRONG = 'basic authentication failure: invalid credentials';

function gateway(beside: object = {}) {
  return policyGateway({ basicAuth: { mode: 'strict', htpasswd: LINES.join('\n'), ...beside } });
}

function basic(text: string, name = 'authorization') {
  return { ...REQUEST, headers: { [name]: `Basic ${Buffer.from(text).toString('base64')}` } };
}

const password = (user: string) => `${user}:demo-password-of-${user}`;

describe('who is let in', () => {
  it.each(['alice', 'bob', 'carol'])('%s, and the password does not travel on', async (user) => {
    const open = gateway();
    expect((await open.request(basic(password(user)))).status).toBe(200);
    // The second time the password is known.
    expect((await open.request(basic(password(user)))).status).toBe(200);
    expect(open.forwarded.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    'alice:demo-password-of-bob',
    'alice:',
    'alice',
    ':',
    '',
    'mallory:demo-password-of-alice',
    '__proto__:x',
    'alice:$2b$04$PsDt8U1saYyMmJ3QsU13Ouj5e6Ue/dgkJvofarPlt8uZcx8X5c6Ra',
    'carol:KYPGUZ1RyNcMPgP8M8UWINc8iAU=',
  ])('not who sends %j, in either mode', async (text) => {
    for (const mode of ['strict', 'optional']) {
      const answer = await gateway({ mode }).request(basic(text));
      expect([answer.status, answer.text]).toEqual([401, WRONG]);
    }
  });

  it('a wrong password stays wrong after a good one', async () => {
    const open = gateway();
    await open.request(basic(password('alice')));
    expect((await open.request(basic('alice:demo-password-of-bob'))).status).toBe(401);
  });

  it('what follows a second colon belongs to the password', async () => {
    const answer = await gateway().request(basic(`${password('bob')}:more`));
    expect(answer.status).toBe(401);
  });

  it('two headers are refused', async () => {
    const good = basic(password('alice')).headers.authorization;
    const headers = { Authorization: good, authorization: good };
    expect((await gateway().request({ ...REQUEST, headers })).text).toBe(WRONG);
  });
});

describe('who sends nothing', () => {
  it('is asked for a password where the mode is strict', async () => {
    const closed = gateway();
    const answer = await closed.request(REQUEST);
    expect([answer.status, answer.text, answer.headers['www-authenticate']]).toEqual([
      401,
      MISSING,
      'Basic realm="Restricted"',
    ]);
    expect(closed.logLines[0]).toContain(`error="${MISSING}" reason=BasicAuth`);
  });

  it('passes where it is optional, which is the default of a file', async () => {
    expect((await gateway({ mode: 'optional' }).request(REQUEST)).status).toBe(200);
    const open = policyGateway({ basicAuth: { htpasswd: LINES[1] } });
    expect((await open.request(REQUEST)).status).toBe(200);
    expect(open.warnings.map(({ code }) => code)).toEqual(['OptionalByDefault']);
  });

  it('another scheme is no password', async () => {
    const headers = { authorization: 'Bearer x' };
    expect((await gateway().request({ ...REQUEST, headers })).text).toBe(MISSING);
  });

  it('the realm is quoted', async () => {
    const answer = await gateway({ realm: 'a "b" \\' }).request(REQUEST);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="a \\"b\\" \\\\"');
  });

  it('a proxy asks as a proxy', async () => {
    const location = { header: { name: 'Proxy-Authorization', prefix: 'Basic ' } };
    const proxy = gateway({ authorizationLocation: location });
    const answer = await proxy.request(REQUEST);
    expect([answer.status, answer.headers['proxy-authenticate']]).toEqual([
      407,
      'Basic realm="Restricted"',
    ]);
    const { status } = await proxy.request(basic(password('alice'), 'proxy-authorization'));
    expect(status).toBe(200);
  });
});

describe('a configuration that cannot work', () => {
  const cases = [
    ['crypt', 'dave:rqXexS6ZhobKA', 'line 1 has crypt, or no hash at all'],
    ['SHA-256', 'dave:$5$saltsalt$UVxZ/', 'line 1 has SHA-256 (crypt)'],
    ['SHA-512', 'dave:$6$saltsalt$UVxZ/', 'line 1 has SHA-512 (crypt)'],
    ['a password as it is', 'dave:demo-password', 'line 1 has crypt, or no hash at all'],
    ['half a hash', 'dave:$2y$10$abc', 'line 1 has a broken or unknown bcrypt hash'],
    ['no name', LINES.join('\n').replace('bob', ''), 'line 4 is not of the form'],
    ['no colon', 'dave', 'line 1 is not of the form'],
    ['a user twice', `${LINES[1]}\n${LINES[1]}`, 'line 2 names `alice` again'],
  ];

  it.each(cases)('%s is refused when it is loaded', (_, htpasswd, message) => {
    const place = 'binds[0].listeners[0].routes[0].policies.basicAuth.htpasswd';
    expect(() => gateway({ htpasswd })).toThrow(`${place}: ${message}`);
  });

  it('no hash or password is shown', () => {
    let shown = '';
    try {
      gateway({ htpasswd: 'dave:demo-password\nerin:$5$saltsalt$UVxZ/' });
    } catch (error) {
      shown = String(error);
    }
    expect(shown).toContain('line 2');
    expect(shown).not.toMatch(/demo-password|saltsalt/);
  });

  it('a realm with a line break is refused', () => {
    expect(() => gateway({ realm: 'a\r\nset-cookie: x' })).toThrow(
      'basicAuth.realm: the realm has',
    );
  });
});

it('users are read from a file', async () => {
  const open = policyGateway(
    { basicAuth: { mode: 'strict', htpasswd: { file: 'users' } } },
    { files: { users: LINES.join('\n') } },
  );
  expect((await open.request(basic(password('alice')))).status).toBe(200);
});

it('whatever stands in place of a password is refused, and never an error of the gateway', async () => {
  const closed = gateway({ htpasswd: LINES[4] });
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `carol:${text}`),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.string(), async (text, junk) => {
      const headers = { authorization: `Basic ${junk}` };
      const answers = await Promise.all([
        closed.request(basic(text)),
        closed.request({ ...REQUEST, headers }),
      ]);
      expect(answers.map((answer) => [answer.status, answer.text])).toEqual([
        [401, WRONG],
        [401, WRONG],
      ]);
    }),
  );
});
