import { createHmac, randomBytes } from 'node:crypto';
import { isFieldValue } from '../../http/field-syntax';
import type { NormalBasicAuthPolicy } from '../../standalone/normal-document';
import { type Answer, refusal } from '../answer';
import { readNamedText } from '../named-text';
import type { RequestPolicy, Verdict } from '../policy';
import type { PolicyHost } from '../policy-host';
import type { BasicIdentity, RequestContext } from '../request-context';
import { VerifiedCache } from '../verified-cache';
import { type CredentialLocation, compileLocation } from './credential-location';
import { type HtpasswdProblem, type PasswordCheck, readHtpasswd } from './htpasswd';

type Users = ReadonlyMap<string, PasswordCheck>;

const VERIFIED_PASSWORDS = 1024;

/** Lets callers with a known name and password in (RFC 7617). A good password does not travel on. */
export function compileBasicAuth(policy: NormalBasicAuthPolicy, host: PolicyHost): RequestPolicy {
  const { location, mode } = policy;
  const challenge = challengeOf(policy, host);
  const missing = challenge('basicAuthMissing');
  const verifier = new PasswordVerifier(
    readUsers(policy, host),
    compileLocation(location, `${policy.path}.authorizationLocation`, host),
    host.now,
  );
  return verifier.policy(mode === 'strict' ? missing : undefined, challenge('basicAuthWrong'));
}

/** Compares passwords, and remembers those that were good: good hashes are slow on purpose. */
class PasswordVerifier {
  readonly #verified = new VerifiedCache<BasicIdentity>(VERIFIED_PASSWORDS);
  /** Who asks while the same is being computed waits for it. */
  readonly #running = new Map<string, Promise<BasicIdentity | undefined>>();
  /** Without it, who reads the memory could try passwords against a hash that is fast to compute. */
  readonly #key = randomBytes(32);

  constructor(
    private readonly users: Users,
    private readonly location: CredentialLocation,
    private readonly now: () => number,
  ) {}

  policy(whenMissing: Verdict, whenWrong: Answer): RequestPolicy {
    return (request) => {
      const credential = this.location.read(request);
      if (credential === undefined) return whenMissing;
      if (this.location.isRepeated(request)) return whenWrong;
      const digest = createHmac('sha256', this.#key).update(credential).digest('base64');
      const known = this.#verified.get(digest, this.now());
      if (known) return this.#pass(request, known);
      return this.#verifyOnce(credential, digest).then((identity) =>
        identity ? this.#pass(request, identity) : whenWrong,
      );
    };
  }

  #pass(request: RequestContext, identity: BasicIdentity): undefined {
    this.location.remove(request);
    request.basicAuth = identity;
    return undefined;
  }

  #verifyOnce(credential: string, digest: string): Promise<BasicIdentity | undefined> {
    const running = this.#running.get(digest);
    if (running) return running;
    const started = this.#verify(credential, digest).finally(() => this.#running.delete(digest));
    this.#running.set(digest, started);
    return started;
  }

  async #verify(credential: string, digest: string): Promise<BasicIdentity | undefined> {
    const text = Buffer.from(credential.trim(), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const username = text.slice(0, Math.max(colon, 0));
    const isPassword = colon < 0 ? undefined : this.users.get(username);
    if (!(await isPassword?.(text.slice(colon + 1)))) return undefined;
    const identity: BasicIdentity = { username };
    this.#verified.set(digest, identity, Number.POSITIVE_INFINITY);
    return identity;
  }
}

/** A refusal says how to authenticate, to a server or to a proxy (RFC 9110 §11.6.1, §11.7.1). */
function challengeOf({ location, realm, path }: NormalBasicAuthPolicy, host: PolicyHost) {
  if (!isFieldValue(realm)) {
    host.report({
      severity: 'error',
      code: 'Invalid',
      path: `${path}.realm`,
      message: 'the realm has characters that no header field may have',
      hint: 'write it on one line, without control characters',
    });
  }
  const toProxy =
    'header' in location && location.header.name.toLowerCase() === 'proxy-authorization';
  const value = `Basic realm="${realm.replace(/["\\]/g, '\\$&')}"`;
  return (code: 'basicAuthMissing' | 'basicAuthWrong'): Answer => {
    const answer = refusal(code);
    return {
      ...answer,
      status: toProxy ? 407 : answer.status,
      headers: [...answer.headers, toProxy ? 'proxy-authenticate' : 'www-authenticate', value],
    };
  };
}

// ---------------------------------------------------------------- at load

function readUsers({ htpasswd, path }: NormalBasicAuthPolicy, host: PolicyHost): Users {
  const at = `${path}.htpasswd`;
  const text = readNamedText(htpasswd, at, host);
  if (text === undefined) return new Map();
  const { users, problems } = readHtpasswd(text);
  for (const problem of problems) reportLine(at, problem, host);
  if (users.size === 0 && problems.length === 0) {
    host.report({
      severity: 'warning',
      code: 'NoKeys',
      path: at,
      message: 'there is no user, so nobody who sends a password is let in',
      hint: 'add lines that `htpasswd -nB <user>` prints',
    });
  }
  return users;
}

function reportLine(
  path: string,
  { line, problem, unsupported }: HtpasswdProblem,
  host: PolicyHost,
) {
  host.report({
    severity: 'error',
    code: unsupported ? 'Unsupported' : 'Invalid',
    path,
    message: `line ${line} ${problem}`,
    hint: 'write what `htpasswd -nB <user>` prints, and each `$` of it as `$$` in a configuration',
  });
}
