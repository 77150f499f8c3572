import { createHash, timingSafeEqual } from 'node:crypto';
import { loadBcryptCompare } from '../bcrypt';
import { apr1 } from './apr1';

/** Tells whether a password is the one of a hash. */
export type PasswordCheck = (password: string) => boolean | Promise<boolean>;

export interface HtpasswdProblem {
  /** Counted from 1. */
  readonly line: number;
  /** Without anything of the hash. */
  readonly problem: string;
  readonly unsupported?: boolean;
}

export interface Htpasswd {
  /** By name. */
  readonly users: ReadonlyMap<string, PasswordCheck>;
  readonly problems: readonly HtpasswdProblem[];
}

/**
 * Reads lines as the `htpasswd` command writes them; empty ones and comments are passed over.
 *
 * @example
 * alice:$2y$10$…    bcrypt
 * bob:$apr1$…$…     MD5 as Apache makes it
 * carol:{SHA}…      SHA-1, without a salt
 */
export function readHtpasswd(text: string): Htpasswd {
  const users = new Map<string, PasswordCheck>();
  const problems: HtpasswdProblem[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const entry = written.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const line = index + 1;
    const colon = entry.indexOf(':');
    const name = entry.slice(0, colon);
    const check = checkOf(entry.slice(colon + 1));
    if (colon < 1) problems.push({ line, problem: 'is not of the form `user:hash`' });
    else if (users.has(name)) problems.push({ line, problem: `names \`${name}\` again` });
    else if (typeof check === 'string') problems.push({ line, problem: check, unsupported: true });
    else users.set(name, check);
  }
  return { users, problems };
}

interface Scheme {
  readonly form: RegExp;
  readonly name: string;
  /** @default - this gateway does not compute it */
  readonly check?: (hash: string) => PasswordCheck;
}

/** The first whose form fits. */
const SCHEMES: readonly Scheme[] = [
  { name: 'bcrypt', form: /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/, check: bcryptCheck },
  { name: 'MD5 (apr1)', form: /^\$apr1\$[^$]{1,8}\$[./A-Za-z0-9]{22}$/, check: apr1Check },
  { name: 'SHA-1', form: /^\{SHA\}[A-Za-z0-9+/]{27}=$/, check: sha1Check },
  { name: 'a broken or unknown bcrypt hash', form: /^\$2/ },
  { name: 'a broken apr1 hash', form: /^\$apr1\$/ },
  { name: 'a broken SHA-1 hash', form: /^\{SHA\}/ },
  { name: 'SHA-256 (crypt)', form: /^\$5\$/ },
  { name: 'SHA-512 (crypt)', form: /^\$6\$/ },
  { name: 'MD5 (crypt)', form: /^\$1\$/ },
  { name: 'crypt, or no hash at all', form: /^/ },
];

function checkOf(hash: string): PasswordCheck | string {
  for (const { form, name, check } of SCHEMES) {
    if (!form.test(hash)) continue;
    return check ? check(hash) : `has ${name}, which this gateway cannot compare with`;
  }
  return 'has no hash';
}

function bcryptCheck(hash: string): PasswordCheck {
  return async function isBcrypt(password) {
    const compare = await loadBcryptCompare();
    return compare(password, hash);
  };
}

function apr1Check(hash: string): PasswordCheck {
  const [, , salt, expected] = hash.split('$');
  return (password) => isEqual(apr1(password, salt), expected);
}

function sha1Check(hash: string): PasswordCheck {
  const expected = hash.slice('{SHA}'.length);
  return (password) => isEqual(createHash('sha1').update(password).digest('base64'), expected);
}

function isEqual(actual: string, expected: string): boolean {
  return (
    actual.length === expected.length && timingSafeEqual(Buffer.from(actual), Buffer.from(expected))
  );
}
