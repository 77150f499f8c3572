import type { Upstream } from '../../effects';
import { formatAuthority } from '../../http/authority';
import type { HostTarget, NormalExtAuthz } from '../../standalone/normal-document';
import { addressOf } from '../backends/compile-endpoint';
import { compileCredential } from '../backends/credential';
import type { OutgoingRequest } from '../backends/endpoint';
import { upstreamTls } from '../backends/tls';
import { compileHeaderModifier } from '../policies/header-modifier';
import type { RequestContext } from '../request-context';
import { unsafeValues } from '../unsafe-values';
import type { CheckHost } from './ext-auth-host';

/** The service that is asked. */
export interface Service {
  readonly upstream: Upstream;
  /** What it is called by. */
  readonly authority: string;
  readonly timeoutMs: number;
  /** Does to a call what the policies for it say. */
  prepare(check: OutgoingRequest, client: RequestContext): void;
}

/** Where the configuration says nothing; agentgateway waits as long for HTTP, and for gRPC without end. */
const DEFAULT_TIMEOUT_MS = 2_000;

/** Nothing where the reference to it does not resolve. */
export function openService(settings: NormalExtAuthz, host: CheckHost): Service | undefined {
  const { target, policies, path } = settings;
  if (target === 'invalid') return undefined;
  const { auth, requestHeaderModifier } = policies;
  for (const finding of unsafeValues(`${path}.policies`, policies)) host.report(finding);
  const tls =
    policies.tls && upstreamTls(policies.tls, `${path}.policies.backendTLS`, host.backends);
  const setCredential = auth && compileCredential(auth, host.backends);
  const modify = requestHeaderModifier && compileHeaderModifier(requestHeaderModifier);
  return {
    upstream: host.backends.upstreams.open(addressOf(target, policies, tls)),
    authority: authorityOf(target, tls !== undefined),
    timeoutMs: policies.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    prepare: (check, client) => {
      setCredential?.(check, client);
      modify?.(check.headers);
    },
  };
}

/** The port is left out where it is the scheme's own (RFC 9110 §4.2.3). */
function authorityOf(target: HostTarget, secure: boolean): string {
  if ('unix' in target) return 'localhost';
  const { host, port } = target;
  return formatAuthority(host, port === (secure ? 443 : 80) ? undefined : port);
}
