import type { UpstreamAddress, UpstreamTls } from '../../effects';
import type { HostTarget, NormalBackendPolicies } from '../../standalone/normal-document';
import { compileHeaderModifier } from '../policies/header-modifier';
import { compileRedirect } from '../policies/redirect';
import type { BackendHost, MetricsOf } from './backend-host';
import { compileCredential } from './credential';
import type { Endpoint } from './endpoint';

/** Opens an upstream, with what the policies for it do to requests and answers. */
export function compileEndpoint(
  address: UpstreamAddress,
  policies: NormalBackendPolicies,
  metricsOf: MetricsOf,
  host: BackendHost,
): Endpoint {
  const upstream = host.upstreams.open(address);
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect, auth } = policies;
  return {
    upstream,
    hostname: hostnameOf(address),
    setCredential: auth && compileCredential(auth, host),
    modifyRequest: requestHeaderModifier && compileHeaderModifier(requestHeaderModifier),
    modifyResponse: responseHeaderModifier && compileHeaderModifier(responseHeaderModifier),
    redirect: requestRedirect && compileRedirect(requestRedirect),
    timeoutMs: policies.requestTimeoutMs,
    metrics: metricsOf(upstream.endpoint),
  };
}

export function addressOf(
  target: HostTarget,
  { httpVersion = 'HTTP/1.1', connectTimeoutMs, keepAliveMs }: NormalBackendPolicies = {},
  tls?: UpstreamTls,
): UpstreamAddress {
  const how = {
    httpVersion,
    ...(tls && { tls }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(keepAliveMs !== undefined && { keepAliveMs }),
  };
  return 'unix' in target
    ? { host: '', port: 0, socketPath: target.unix, ...how }
    : { host: target.host, port: target.port, ...how };
}

/** A name rather than an IPv4 address; the file cannot express IPv6. */
const HOST_NAME = /[a-z_-]/i;

/** The name that an upstream is asked by; nothing where it is known by an address only. */
export function hostnameOf({ host }: UpstreamAddress): string | undefined {
  return HOST_NAME.test(host) ? host : undefined;
}
