import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import type { Fields } from './fields';
import { AGENTGATEWAY, GATEWAY_API } from './objects';

const HTTP_ROUTES = ['HTTPRoute', 'GRPCRoute', 'AgentgatewayModel'];
const ANY_ROUTES: readonly string[] = [];

/** The protocols of listeners that agentgateway speaks, and the kinds of routes that each can take. */
const ROUTE_KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: HTTP_ROUTES,
  HTTPS: HTTP_ROUTES,
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  HBONE: ANY_ROUTES,
};
const PROTOCOLS = Object.keys(ROUTE_KINDS);

/** Whether agentgateway speaks the protocol of a listener; whether this gateway does as well is another matter. */
export function isSpoken(protocol: string): boolean {
  return PROTOCOLS.includes(protocol);
}

/** What an API server accepts of a listener, and what can never work. */
export function reportListenerFaults(listener: Fields): void {
  const protocol = listener.text('protocol');
  if (protocol !== undefined && !isSpoken(protocol)) reportProtocol(listener, protocol);
  const allowed = listener.fields('allowedRoutes');
  if (!allowed) return;
  reportKinds(allowed, protocol ?? '');
  const namespaces = allowed.fields('namespaces');
  if (namespaces?.text('from') !== 'Selector' || namespaces.has('selector')) return;
  namespaces.findings.error(
    'Required',
    namespaces.at('selector'),
    'without a `selector`, a listener that selects namespaces takes no routes at all',
    'write `selector: {matchLabels: …}`, or `from: Same` or `from: All`',
  );
}

function reportProtocol(listener: Fields, protocol: string): void {
  const upper = protocol.toUpperCase();
  const near = isSpoken(upper) ? upper : didYouMean(protocol, PROTOCOLS);
  listener.findings.error(
    'NotSupported',
    listener.at('protocol'),
    `agentgateway has no listeners of protocol ${quoted(protocol)}, so this one is not opened${near ? `; did you mean ${quoted(near)}?` : ''}`,
    `the protocols are ${listed(PROTOCOLS)}`,
  );
}

function reportKinds(allowed: Fields, protocol: string): void {
  const fitting = Object.hasOwn(ROUTE_KINDS, protocol) ? ROUTE_KINDS[protocol]! : ANY_ROUTES;
  if (fitting === ANY_ROUTES) return;
  const entries = allowed.entries('kinds');
  const others = entries.filter((entry) => !isAmong(entry, fitting));
  for (const entry of others) {
    const kind = entry.text('kind') ?? '';
    const effect = others.length === entries.length ? ', so it takes no routes at all' : '';
    entry.findings[effect ? 'error' : 'warning'](
      'InvalidKind',
      entry.at('kind'),
      `a listener of protocol ${quoted(protocol)} cannot take routes of kind ${quoted(kind)}${effect}`,
      `it can take ${listed(fitting)}`,
    );
  }
}

function isAmong(entry: Fields, kinds: readonly string[]): boolean {
  const kind = entry.text('kind') ?? '';
  const group = kind === 'AgentgatewayModel' ? AGENTGATEWAY : GATEWAY_API;
  return kinds.includes(kind) && (entry.text('group') ?? GATEWAY_API) === group;
}
