import type { Diagnostic } from '../diagnostic';
import type { UpstreamAddress } from '../effects';
import { providerAddress } from '../gateway/backends/provider-address';
import { type Resolution, resolver } from '../server/resolve';
import type { NormalBackend, NormalDocument } from '../standalone/normal-document';

export interface MappingOptions {
  readonly ports: ReadonlyMap<number, number>;
  readonly resolutions: readonly Resolution[];
}

/** Finds what `--port` and `--resolve` map though no configuration names it: most often a mistake in writing. */
export function unusedOptions(
  documents: readonly NormalDocument[],
  { ports, resolutions }: MappingOptions,
): Diagnostic[] {
  const configured = new Set(documents.flatMap(portsOf));
  const addresses = documents.flatMap(upstreamsOf);
  return [
    ...[...ports.keys()]
      .filter((port) => !configured.has(port))
      .map((port) =>
        unused(`--port ${port}:${ports.get(port)}`, `port ${port}`, [...configured].sort(byNumber)),
      ),
    ...resolutions
      .filter((resolution) => !addresses.some(resolver([resolution])))
      .map(({ name, origin }) =>
        unused(
          `--resolve ${name}=${origin.origin}`,
          `upstream ${name}`,
          new Set(addresses.map(({ host, port }) => `${host}:${port}`)),
        ),
      ),
  ];
}

function unused(option: string, wanted: string, known: Iterable<string | number>): Diagnostic {
  return {
    severity: 'warning',
    code: 'UnusedOption',
    path: '',
    message: `\`${option}\` changes nothing: no configuration names ${wanted}`,
    hint: `configured: ${[...known].join(', ') || 'none'}`,
  };
}

function portsOf({ binds, config }: NormalDocument): number[] {
  const own = [config.statsAddr, config.readinessAddr].map((address) =>
    Number(address.slice(address.lastIndexOf(':') + 1)),
  );
  return [...binds.map(({ port }) => port), ...own];
}

/** Where the backend sends requests: of providers of models there may be several. */
function addressesOf({ target }: NormalBackend): { host: string; port: number }[] {
  if (target === 'invalid' || 'unix' in target) return [];
  if ('host' in target) return [target];
  return target.llm.flat().flatMap((provider) => {
    const address = providerAddress(provider);
    return address && 'host' in address ? [address] : [];
  });
}

function upstreamsOf({ binds, policies }: NormalDocument): UpstreamAddress[] {
  const listeners = binds.flatMap((bind) => bind.listeners);
  const routes = listeners.flatMap((listener) => listener.routes);
  const targets = routes.flatMap(({ backends }) => backends).flatMap(addressesOf);
  const mirrors = [
    ...policies.map(({ policy }) => policy),
    ...listeners.map((listener) => listener.policies),
    ...routes.map((route) => route.policies),
  ].flatMap(({ requestMirror }) => (requestMirror ? [requestMirror.backend.host] : []));
  return [...targets, ...mirrors.map(hostAndPort)].map(({ host, port }) => ({
    host,
    port,
    httpVersion: 'HTTP/1.1',
  }));
}

/** `normalize` has checked its form. */
function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.indexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

function byNumber(a: number, b: number): number {
  return a - b;
}
