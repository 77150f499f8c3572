import { readFileSync } from 'node:fs';
import { Duration } from 'cdk8s';
import { holdsPrivateKey, keySetProblem } from '../../schema/key-set';
import { SERVICE } from '../api-kinds';
import { toGatewayDuration } from '../duration';
import { foreignNamespace, groupOf, namespaceOf } from '../object-reference';
import { checkPort } from '../port';
import type { IResource } from '../resource';

const MAX_INLINE = 65_536;
const MAX_URL = 1_024;
const LEAST_CACHE = Duration.minutes(5);
const HTTP_URL = /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/;

/** Options of `Jwks.fromUrl`. */
export interface RemoteJwksOptions {
  /**
   * How long a cluster keeps the keys before it fetches them again, at least five minutes. Keys that the issuer withdraws
   * are accepted for as long. Standalone keeps them for as long as the answer with them says.
   *
   * @default - five minutes
   */
  readonly cacheDuration?: Duration;
}

/** Options of `Jwks.fromService`. */
export interface ServiceJwksOptions extends RemoteJwksOptions {
  /** Port of the Service. */
  readonly port: number;
  /** Path of the key set there, for example `/realms/shop/protocol/openid-connect/certs`. */
  readonly path: string;
}

/** The public keys of an issuer: a JSON Web Key Set (RFC 7517). */
export class Jwks {
  /**
   * The key set itself. Who may read the policy reads it, so it must hold public keys only.
   *
   * @param json `{"keys": […]}`, each with its `kid`
   */
  public static inline(json: string): Jwks {
    checkKeySet(json, 'the key set');
    return new Jwks(() => ({ inline: json }));
  }

  /**
   * The key set of a file, read when the app runs and written into the policy. A later change of the file needs another
   * synth.
   *
   * @param path from the working directory
   */
  public static fromFile(path: string): Jwks {
    const json = readText(path);
    checkKeySet(json, `the key set of "${path}"`);
    return new Jwks(() => ({ inline: json }));
  }

  /**
   * A key set that is fetched, so that the issuer can change its keys.
   *
   * @param url for example `https://issuer.example.com/.well-known/jwks.json`
   */
  public static fromUrl(url: string, options: RemoteJwksOptions = {}): Jwks {
    if (url.length > MAX_URL || !HTTP_URL.test(url))
      throw new Error(
        `URL of a key set ${shown(url)} must be http or https, without query, fragment and credentials, and have at most ${MAX_URL} characters; write for example "https://issuer.example.com/jwks.json"`,
      );
    const cacheDuration = cacheOf(options);
    return new Jwks(() => ({ remote: { url, cacheDuration } }));
  }

  /** A key set that a Service of the cluster serves. One of another namespace may need a ReferenceGrant there. */
  public static fromService(service: IResource, options: ServiceJwksOptions): Jwks {
    if (service.kind !== SERVICE.kind || groupOf(service.apiVersion) !== '')
      throw new Error(`Jwks.fromService takes a Service, got ${service.kind} \`${service.name}\``);
    const { port, path } = options;
    checkPort(port, `port of Service \`${service.name}\``);
    if (path.length > MAX_URL || !path.startsWith('/'))
      throw new Error(
        `path of a key set "${path}" must begin with "/" and have at most ${MAX_URL} characters`,
      );
    const cacheDuration = cacheOf(options);
    return new Jwks((policyNamespace) => ({
      remote: {
        backendRef: {
          kind: SERVICE.kind,
          name: service.name,
          namespace: foreignNamespace(namespaceOf(service), policyNamespace),
          port,
        },
        jwksPath: path,
        cacheDuration,
      },
    }));
  }

  private constructor(private readonly source: (policyNamespace: string) => object) {}

  /** @internal */
  public _toKube(policyNamespace: string): object {
    return this.source(policyNamespace);
  }
}

/** Without what may be a password in it. */
function shown(url: string): string {
  return url.includes('@') || url.length > MAX_URL ? '' : `"${url}"`;
}

function cacheOf({ cacheDuration }: RemoteJwksOptions): string | undefined {
  if (cacheDuration === undefined) return undefined;
  const text = toGatewayDuration(cacheDuration, 'cacheDuration of a key set');
  if (cacheDuration.toMilliseconds({ integral: false }) >= LEAST_CACHE.toMilliseconds())
    return text;
  throw new Error(`cacheDuration of a key set must be at least 5m, got ${text}`);
}

function checkKeySet(json: string, what: string): void {
  if (json.length > MAX_INLINE)
    throw new Error(
      `${what} must have at most ${MAX_INLINE} characters, got ${json.length}; serve it and use Jwks.fromUrl`,
    );
  const problem = keySetProblem(json);
  if (problem)
    throw new Error(
      `${what} cannot check tokens: ${problem}; write {"keys": […]} with public keys that have a \`kid\``,
    );
  if (holdsPrivateKey(json))
    throw new Error(
      `${what} holds a private key, with which every reader of the policy could make tokens; leave out its private members, such as "d"`,
    );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `the key set "${path}" cannot be read (${code}); the path is taken from the working directory ${process.cwd()}`,
    );
  }
}
