import { readFileSync } from 'node:fs';
import { type Diagnostic, hasErrors } from '../diagnostic';
import { keySetUrls, RemoteKeySets } from '../gateway/remote-key-sets';
import { documentFetcher } from '../server/fetch-document';
import { parseResolution, resolver } from '../server/resolve';
import type { VariableLookup } from '../standalone/variables';
import { readFiles, type SourceFile } from './files';
import { load, prepare, type ReadyGateway } from './load';
import { PLACEHOLDER } from './placeholder';
import { tokenPlaces } from './token-places';
import { UsageError } from './usage-error';

export interface TokenConfigOptions {
  readonly paths: readonly string[];
  readonly gateway?: string;
  readonly resolve: readonly string[];
}

export interface TokenConfig {
  /** Empty where there are errors. */
  readonly gateways: readonly ReadyGateway[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads configurations as `agw run` does, but that variables need not be set on which no verdict about a token rests:
 * whoever asks about a token seldom has the credentials of the providers behind the gateway.
 *
 * @throws UsageError where there is no gateway in them
 */
export function readTokenConfig(options: TokenConfigOptions): TokenConfig {
  const files = readFiles(options.paths);
  const read = readWith(environment, files, options);
  const errors = read.diagnostics.filter(({ severity }) => severity === 'error');
  if (!errors.some(({ code }) => code === 'VariableUnset')) return read;
  const filled = readWith(filledIn, files, options);
  const isEnough = !hasErrors(filled.diagnostics) && !filled.gateways.some(restsOnPlaceholder);
  return isEnough ? filled : read;
}

const environment: VariableLookup = (name) => process.env[name];
const filledIn: VariableLookup = (name) => environment(name) ?? PLACEHOLDER;

/** Whether a verdict about tokens would rest on what nobody knows. */
function restsOnPlaceholder({ document }: ReadyGateway): boolean {
  const phases = tokenPlaces(document).guarded.map((place) => place.phases);
  return JSON.stringify(phases).includes(PLACEHOLDER);
}

function readWith(
  variables: VariableLookup,
  files: readonly SourceFile[],
  { gateway }: TokenConfigOptions,
): TokenConfig {
  const loaded = load(files, { variables, gateway });
  if (hasErrors(loaded.diagnostics)) return { gateways: [], diagnostics: loaded.diagnostics };
  if (loaded.gateways.length === 0)
    throw new UsageError('there is no gateway in the files of --config');
  const { gateways, diagnostics } = prepare(loaded.gateways, process.env, readFileSync, variables);
  const all = [...loaded.diagnostics, ...diagnostics];
  return { gateways: hasErrors(all) ? [] : gateways, diagnostics: all };
}

export interface FetchedKeySets {
  readonly keySets: RemoteKeySets;
  /** Why a key set could not be fetched, by its URL as it may be shown. */
  readonly unfetched: ReadonlyMap<string, string>;
}

/** Fetches every key set that the gateways name, as they do when they start. */
export async function fetchKeySets(
  gateways: readonly ReadyGateway[],
  { resolve }: TokenConfigOptions,
): Promise<FetchedKeySets> {
  const unfetched = new Map<string, string>();
  const keySets = new RemoteKeySets({
    fetch: documentFetcher(resolver(resolve.map(resolution))),
    now: Date.now,
    changed: ({ url, problem }) => {
      if (problem !== undefined) unfetched.set(url, problem);
    },
  });
  const urls = gateways.flatMap(({ document }) => keySetUrls(document));
  await Promise.all(urls.map((url) => keySets.open(url).start()));
  return { keySets, unfetched };
}

function resolution(text: string) {
  try {
    return parseResolution(text);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
