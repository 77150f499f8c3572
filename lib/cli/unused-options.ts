import type { Diagnostic } from '../diagnostic';
import type { UpstreamAddress } from '../effects';
import { providerAddress } from '../gateway/backends/provider-address';
import { policyPlaces } from '../gateway/policy-places';
import { keySetUrls } from '../gateway/remote-key-sets';
import { type Resolution, resolver } from '../server/resolve';
import type { NormalBackend, NormalDocument, NormalPolicies } from '../standalone/normal-document';

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

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Where the backend sends requests: of providers of models there may be several. */
function addressesOf({ target }: Pick<NormalBackend, 'target'>): HostAndPort[] {
  if (target === 'invalid' || 'unix' in target) return [];
  if ('host' in target) return [target];
  return target.llm.flat().flatMap((provider) => {
    const address = providerAddress(provider);
    return address && 'host' in address ? [address] : [];
  });
}

function upstreamsOf(document: NormalDocument): UpstreamAddress[] {
  const listeners = document.binds.flatMap((bind) => bind.listeners);
  const routes = listeners.flatMap((listener) => listener.routes);
  const targets = routes.flatMap(({ backends }) => backends).flatMap(addressesOf);
  const asked = policyPlaces(document).flatMap(({ policies }) => askedBy(policies));
  const issuers = keySetUrls(document).map(hostOfUrl);
  return [...targets, ...asked, ...issuers].map(({ host, port }) => ({
    host,
    port,
    httpVersion: 'HTTP/1.1',
  }));
}

/** Whom policies send requests to, besides the backends. */
function askedBy({ requestMirror, extAuthz }: NormalPolicies): HostAndPort[] {
  const mirrors = requestMirror ? [hostAndPort(requestMirror.backend.host)] : [];
  const services = extAuthz?.entries.map(({ target }) => target) ?? [];
  return [...mirrors, ...services.flatMap((target) => addressesOf({ target }))];
}

/** As it is fetched: `resolver` knows it by the port that its scheme stands for. */
function hostOfUrl(url: string): HostAndPort {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'http:' ? 80 : 443),
  };
}

/** `normalize` has checked its form. */
function hostAndPort(text: string): HostAndPort {
  const colon = text.indexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

function byNumber(a: number, b: number): number {
  return a - b;
}
