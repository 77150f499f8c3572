import { quoted } from '../schema/json';
import type {
  ApiKeyPolicy,
  AuthorizationLocation,
  BasicAuthPolicy,
  JwtPolicy,
} from '../standalone/document';
import type { Effective, Setting } from './levels';
import { nameOf } from './objects';
import type { TrafficField } from './traffic';

type Mode = 'strict' | 'optional' | 'permissive';

/** A policy that reads a credential of the requests that a rule meets. */
interface Reader {
  readonly what: string;
  readonly setting: Setting;
  readonly mode: Mode;
  /** Header, parameter or cookie. */
  readonly place: string;
  /** What stands before it, in lower case. */
  readonly prefix: string;
}

type Policies = ReadonlyMap<TrafficField, readonly Effective[]>;
type Read = (value: unknown) => { mode: Mode | undefined; location: AuthorizationLocation };

const BEARER = { header: { name: 'Authorization', prefix: 'Bearer ' } };
const BASIC = { header: { name: 'Authorization', prefix: 'Basic ' } };

const PASSWORD = 'the password';

/** Who reads credentials, in the order in which they run. */
const READERS: readonly (readonly [field: TrafficField, what: string, read: Read])[] = [
  [
    'jwtAuth',
    'the token',
    (value) => {
      const { mode, location = BEARER } = value as JwtPolicy;
      return { mode, location };
    },
  ],
  [
    'basicAuth',
    PASSWORD,
    (value) => {
      const { mode, authorizationLocation = BASIC } = value as BasicAuthPolicy;
      return { mode, location: authorizationLocation };
    },
  ],
  [
    'apiKey',
    'the key',
    (value) => {
      const { mode, location = BEARER } = value as ApiKeyPolicy;
      return { mode, location };
    },
  ],
];

/**
 * Tells of policies that look for their credentials at one place: who accepts one takes it out of the request, so that
 * later ones do not find it.
 *
 * @param phases what applies to one rule, phase by phase, in the order in which the phases run
 */
export function reportSharedCredentials(phases: readonly Policies[]): void {
  const readers = phases.flatMap(readersOf);
  for (const [index, later] of readers.entries()) {
    for (const earlier of readers.slice(0, index)) {
      if (earlier.place === later.place) report(earlier, later);
    }
  }
}

function readersOf(policies: Policies): Reader[] {
  return READERS.flatMap(([field, what, read]) => {
    const setting = policies.get(field)?.[0]?.setting;
    if (!setting) return [];
    const { mode = 'strict', location } = read(setting.value);
    const place = placeOf(location);
    return place ? [{ what, setting, mode, ...place }] : [];
  });
}

/** Nothing for an expression: what it reads stays in the request. */
function placeOf(location: AuthorizationLocation): Pick<Reader, 'place' | 'prefix'> | undefined {
  if ('header' in location) {
    const { name, prefix = '' } = location.header;
    return { place: `header ${quoted(name.toLowerCase())}`, prefix: prefix.toLowerCase() };
  }
  if ('queryParameter' in location) {
    return { place: `query parameter ${quoted(location.queryParameter.name)}`, prefix: '' };
  }
  if ('cookie' in location) {
    return { place: `cookie ${quoted(location.cookie.name)}`, prefix: '' };
  }
  return undefined;
}

function report(earlier: Reader, later: Reader): void {
  if (earlier.mode === 'strict' && later.mode === 'strict') reportImpossible(earlier, later);
  else if (mayBeOne(earlier, later)) reportShared(earlier, later);
}

/** Policies of which neither refuses anybody leave the decision to rules. */
function mayBeOne(earlier: Reader, later: Reader): boolean {
  if (earlier.mode === 'permissive' && later.mode === 'permissive') return false;
  return earlier.prefix.startsWith(later.prefix) || later.prefix.startsWith(earlier.prefix);
}

function reportImpossible(earlier: Reader, later: Reader): void {
  const { object, path } = later.setting;
  object.findings.error(
    'Conflicted',
    path,
    `no request can pass: ${later.what} is wanted in the ${later.place}, from which ${ownerOf(earlier)} has taken out ${earlier.what}, which it asks of every request as well`,
    wayOut(earlier, later),
  );
}

function reportShared(earlier: Reader, later: Reader): void {
  const { object, path } = later.setting;
  const others =
    earlier.mode === 'permissive'
      ? 'leaves others where they are'
      : 'refuses what it does not accept';
  object.findings.warning(
    'SharedCredential',
    path,
    `looks for ${later.what} in the ${later.place}, but ${ownerOf(earlier)} reads it first: it takes out ${earlier.what} when it accepts it, and ${others}`,
    wayOut(earlier, later),
  );
}

function ownerOf({ setting: { object, path } }: Reader): string {
  return `\`${path.replace(/^spec\.traffic\./, '')}\` of ${object.key.kind} ${nameOf(object.key)}`;
}

function wayOut(...readers: readonly Reader[]): string {
  const apart = 'give one of them a `location` of its own';
  // Basic authentication has no mode that refuses nobody.
  if (readers.some(({ what }) => what === PASSWORD)) return apart;
  return `${apart}; to take either, make both Permissive and require one by a rule: \`has(jwt.sub) || has(apiKey.key)\``;
}
