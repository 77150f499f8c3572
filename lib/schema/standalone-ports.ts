import type { Diagnostic } from '../diagnostic';
import { entries, field, fieldPath, isObject, quoted } from './json';

/** Something of a standalone file that listens. */
interface Claim {
  readonly port: number;
  /** What has the port. */
  readonly owner: string;
  /** Where the port is written, or would be. */
  readonly path: string;
}

const LLM_PORT = 4000;
const MCP_PORT = 3000;

/** Ports that two parts of a file want: agentgateway refuses it when it is loaded. */
export function portConflicts(document: unknown): Diagnostic[] {
  const holders = new Map<number, Claim>();
  return claims(document).flatMap((claim) => {
    const holder = holders.get(claim.port);
    if (!holder) holders.set(claim.port, claim);
    return holder ? [taken(claim, holder)] : [];
  });
}

function claims(document: unknown): Claim[] {
  return [
    ...gatewaysOf(document).flatMap(({ path, gateway }) => claim(field(gateway, 'port'), path)),
    ...entries(field(document, 'binds')).flatMap((bind, index) => {
      // What has no port of the system takes none.
      const isOpen = field(bind, 'mode') !== 'internal' || Number(field(bind, 'port')) > 0;
      return isOpen ? claim(field(bind, 'port'), `binds[${index}]`) : [];
    }),
    ...shorthand(document, 'llm', LLM_PORT),
    ...shorthand(document, 'mcp', MCP_PORT),
  ];
}

/** The gateways with what they are called in findings. */
function gatewaysOf(document: unknown): { path: string; name: string; gateway: unknown }[] {
  const gateways = field(document, 'gateways');
  if (!isObject(gateways)) return [];
  return Object.entries(gateways).map(([name, gateway]) => ({
    path: fieldPath('gateways', name),
    name,
    gateway,
  }));
}

function claim(port: unknown, owner: string): Claim[] {
  if (typeof port !== 'number' || !Number.isInteger(port)) return [];
  return [{ port, owner, path: `${owner}.port` }];
}

/** A shorthand listens unless it stands on gateways; where it says nothing, on the one that is called `default`. */
function shorthand(document: unknown, name: 'llm' | 'mcp', fallback: number): Claim[] {
  const written = field(document, name);
  if (!isObject(written)) return [];
  const port = written.port ?? undefined;
  const references = written.gateways ?? [];
  if (!Array.isArray(references) || references.length > 0) return [];
  if (port === undefined && !isObject(written.tls) && hasDefaultForHttp(document)) return [];
  return claim(port ?? fallback, name);
}

function hasDefaultForHttp(document: unknown): boolean {
  const found = gatewaysOf(document).find(({ name }) => name === 'default');
  if (!found) return false;
  const listeners = entries(field(found.gateway, 'listeners'));
  const all = listeners.length > 0 ? listeners : [found.gateway];
  return all.some((listener) => !isOfConnections(protocolOf(listener)));
}

function taken({ port, path }: Claim, holder: Claim): Diagnostic {
  return {
    severity: 'error',
    code: 'PortUnavailable',
    message: `port ${port} is already taken by ${quoted(holder.owner)}`,
    path,
    hint: 'put the listeners of one port together, or choose another port',
  };
}

// ---------------------------------------------------------------- protocols

/** Gateways whose listeners cannot share their port: agentgateway refuses the file when it is loaded. */
export function mixedGateways(document: unknown): Diagnostic[] {
  return gatewaysOf(document).flatMap(({ path, gateway }) =>
    mixed(entries(field(gateway, 'listeners')), `${path}.listeners`, field(gateway, 'port')),
  );
}

/** The same of binds, which agentgateway loads: of their listeners some are then never reached. */
export function mixedBinds(document: unknown): Diagnostic[] {
  return entries(field(document, 'binds')).flatMap((bind, index) =>
    mixed(entries(field(bind, 'listeners')), `binds[${index}].listeners`, field(bind, 'port')),
  );
}

function mixed(listeners: readonly unknown[], path: string, port: unknown): Diagnostic[] {
  const first = protocolOf(listeners[0]);
  const transport = transportOf(first);
  if (transport === undefined) return [];
  return listeners.flatMap((listener, index): Diagnostic[] => {
    const protocol = protocolOf(listener);
    const own = transportOf(protocol);
    if (own === undefined || own === transport) return [];
    const which = typeof port === 'number' ? `port ${port}` : 'a port';
    return [
      {
        severity: 'error',
        code: 'ProtocolConflict',
        message: `${which} cannot serve both ${first} and ${protocol}`,
        path: `${path}[${index}].protocol`,
        hint: 'give one of them another port',
      },
    ];
  });
}

/** What is spoken first on a connection: with TLS, listeners of HTTPS and TLS are told apart by its host name. */
const TRANSPORTS: Readonly<Record<string, string>> = {
  HTTP: 'http',
  HTTPS: 'tls',
  TCP: 'tcp',
  TLS: 'tls',
};

function transportOf(protocol: unknown): string | undefined {
  return typeof protocol === 'string' && Object.hasOwn(TRANSPORTS, protocol)
    ? TRANSPORTS[protocol]
    : undefined;
}

function isOfConnections(protocol: unknown): boolean {
  return protocol === 'TCP' || protocol === 'TLS';
}

function protocolOf(listener: unknown): unknown {
  return field(listener, 'protocol') ?? (isObject(field(listener, 'tls')) ? 'HTTPS' : 'HTTP');
}
