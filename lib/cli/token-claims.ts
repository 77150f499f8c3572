import { parseStrictJson } from '../gateway/strict-json';
import { fileName, readText, unreadable } from './files';
import { numericDate, parseTime } from './token-time';
import { UsageError } from './usage-error';

export interface ClaimOptions {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud: readonly string[];
  /** `name=value`, the value as JSON or as text. */
  readonly claim: readonly string[];
  /** A file of JSON, or `-`. */
  readonly claims?: string;
  /** A time, or `never`. @default - in an hour, unless the claims say otherwise */
  readonly expires?: string;
  readonly notBefore?: string;
}

export type Claims = Readonly<Record<string, unknown>>;

/** The order in which people look for them. */
const REGISTERED: Claims = {
  ...{ iss: undefined, sub: undefined, aud: undefined },
  ...{ iat: undefined, nbf: undefined, exp: undefined },
};
const DEFAULT_EXPIRY = '1h';
const NEVER = 'never';

/**
 * The claims that the options ask for: those of the file, over them `--claim`, over them the options of their own. What
 * is undefined is left out.
 *
 * @throws UsageError
 */
export function claimsFrom(options: ClaimOptions, now: number): Claims {
  const single = singleClaims(options.claim);
  const named = namedClaims(options, now);
  const twice = Object.keys(named).find((name) => Object.hasOwn(single, name));
  if (twice !== undefined)
    throw new UsageError(`\`${twice}\` is given twice: by --claim and by an option of its own`);
  return {
    ...REGISTERED,
    iat: numericDate(now),
    exp: numericDate(parseTime('--expires', DEFAULT_EXPIRY, now)),
    ...(options.claims === undefined ? {} : readClaims(options.claims)),
    ...single,
    ...named,
  };
}

function namedClaims({ iss, sub, aud, expires, notBefore }: ClaimOptions, now: number): Claims {
  const time = (option: string, text: string) => numericDate(parseTime(option, text, now));
  return {
    ...(iss !== undefined && { iss }),
    ...(sub !== undefined && { sub }),
    ...(aud.length > 0 && { aud: aud.length === 1 ? aud[0] : aud }),
    ...(notBefore !== undefined && { nbf: time('--not-before', notBefore) }),
    ...(expires !== undefined && {
      exp: expires === NEVER ? undefined : time('--expires', expires),
    }),
  };
}

function singleClaims(texts: readonly string[]): Claims {
  const claims = new Map<string, unknown>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, Math.max(at, 0));
    if (name === '') {
      throw new UsageError(
        `--claim ${JSON.stringify(text)} names no claim: write \`role=admin\` or \`roles=["admin"]\``,
      );
    }
    if (claims.has(name)) throw new UsageError(`--claim ${name} is given twice`);
    claims.set(name, claimValue(name, text.slice(at + 1)));
  }
  return Object.fromEntries(claims);
}

/** What opens as JSON and is none was meant as JSON. */
const OPENS_AS_JSON = /^\s*["[{]/;

function claimValue(name: string, text: string): unknown {
  const parsed = parseStrictJson(text);
  if ('value' in parsed) return parsed.value;
  if (!OPENS_AS_JSON.test(text)) return text;
  throw new UsageError(
    `the value of --claim ${name} is no JSON: ${parsed.problem}; quote it for the shell, \`--claim '${name}=["a","b"]'\``,
  );
}

function readClaims(path: string): Claims {
  const read = readText(path);
  if ('problem' in read) throw unreadable(path, read);
  const parsed = parseStrictJson(read.text);
  const name = fileName(path);
  if ('problem' in parsed)
    throw new UsageError(`the claims of ${name} are no JSON: ${parsed.problem}`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`the claims of ${name} are no JSON object: write \`{"role": "admin"}\``);
  return value as Claims;
}
