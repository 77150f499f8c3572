import { didYouMean } from '../../schema/did-you-mean';
import { quoted } from '../../schema/json';
import type { BackendPoliciesEntry } from '../../standalone/document';
import { parseHost } from '../../standalone/host';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, type KubeObject } from '../objects';

/** Where a reference ends: at a host, with what its protocol needs. */
export interface TranslatedTarget {
  readonly host: string;
  readonly policies?: BackendPoliciesEntry;
}

const H2C = 'kubernetes.io/h2c';
const REFUSED_PROTOCOL = /^(agentgateway|kgateway)\.dev\/a2a$/;

/**
 * A Service by its DNS name. One that is not in the input is taken to exist elsewhere, as Services often live in other
 * repositories than routes; one that is there must have the port.
 */
export function translateService(
  reference: Fields,
  namespace: string,
  name: string,
  { objects, clusterDomain }: Context,
): TranslatedTarget | undefined {
  const port = reference.integer('port', 1, 65_535);
  if (!reference.has('port')) {
    reference.findings.error(
      'Required',
      reference.at('port'),
      `the reference to Service ${quoted(name)} needs a port`,
      'write the port of the Service, such as `port: 8080`',
    );
  }
  if (port === undefined) return undefined;
  const host = `${name}.${namespace}.svc.${clusterDomain}:${port}`;
  const parsed = parseHost(host);
  if ('problem' in parsed) {
    reference.findings.error('Invalid', reference.path, parsed.problem, parsed.hint);
    return undefined;
  }
  const service = objects.find(CORE, 'Service', namespace, name);
  if (service) return known(service, reference, port, host);
  const near = didYouMean(name, objects.someNames(CORE, 'Service', namespace));
  if (near) {
    reference.findings.warning(
      'BackendNotFound',
      reference.at('name'),
      `namespace ${quoted(namespace)} of the input has no Service ${quoted(name)}`,
      `did you mean ${quoted(near)}?`,
    );
  }
  return { host };
}

function known(
  service: KubeObject,
  reference: Fields,
  port: number,
  host: string,
): TranslatedTarget | undefined {
  const ports = service.spec.entries('ports');
  const entry = ports.find((candidate) => candidate.integer('port', 1, 65_535) === port);
  const external = service.spec.text('type') === 'ExternalName';
  if (!entry && !external) {
    reference.findings.warning(
      'BackendNotFound',
      reference.at('port'),
      `Service ${quoted(service.key.name)} has no port ${port}, so its requests are answered 500`,
      `its ports are ${ports.map((candidate) => candidate.integer('port', 1, 65_535)).join(', ') || 'none'}`,
    );
    return undefined;
  }
  const protocol = entry?.text('appProtocol');
  if (protocol && REFUSED_PROTOCOL.test(protocol)) {
    entry!.findings.error(
      'Unsupported',
      entry!.at('appProtocol'),
      'A2A is not translated yet',
      'remove `appProtocol`, or run this with agentgateway',
    );
  }
  const externalName = external ? service.spec.text('externalName') : undefined;
  const target = externalName ? `${externalName}:${port}` : host;
  const parsed = parseHost(target);
  if ('problem' in parsed) {
    service.findings.error('Invalid', 'spec.externalName', parsed.problem, parsed.hint);
    return undefined;
  }
  return {
    host: target,
    ...(protocol === H2C && { policies: { http: { version: 'HTTP/2.0' } } }),
  };
}
