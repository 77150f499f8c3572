import { quoted } from '../../schema/json';
import type { BackendPoliciesEntry, TargetPoliciesEntry } from '../../standalone/document';
import { resolveTarget } from '../backends/target';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { AGENTGATEWAY, CORE, type KubeObject, nameOf } from '../objects';

/** Whom a check asks. */
export interface TranslatedService {
  readonly host: string;
  readonly policies?: TargetPoliciesEntry;
  /** What every check is asked at, as an expression. @default - nothing is said */
  readonly path?: string;
  /** Whether somebody is there to ask. */
  readonly isKnown: boolean;
}

/** Names under `invalid` never resolve (RFC 6761 §6.4): nobody answers, so that every request is refused. */
const NOBODY: TranslatedService = { host: 'unresolved.invalid:80', isKnown: false };

const URL_PARTS = /^(https?:\/\/[^/?#]+)(\/[^?#]*)?$/;

export function translateExtAuthService(
  check: Fields,
  policy: KubeObject,
  context: Context,
): TranslatedService {
  const url = check.text('url');
  if (url !== undefined) return ofUrl(url, check);
  const reference = check.fields('backendRef');
  if (reference) return ofBackend(reference, check, policy, context);
  check.findings.error(
    'Required',
    check.path,
    'the check does not say who decides',
    'write `backendRef`, or `url`',
  );
  return NOBODY;
}

function ofUrl(url: string, check: Fields): TranslatedService {
  const [, host, path] = URL_PARTS.exec(url) ?? [];
  if (host !== undefined) {
    return { host, ...(path !== undefined && { path: JSON.stringify(path) }), isKnown: true };
  }
  check.findings.error(
    'Invalid',
    check.at('url'),
    'this is no `http` or `https` URL without query and fragment',
    'write it like `http://authz.example.com:9000`',
  );
  return NOBODY;
}

function ofBackend(
  reference: Fields,
  check: Fields,
  policy: KubeObject,
  context: Context,
): TranslatedService {
  const { target } = resolveTarget(reference, policy, context);
  if (!target) {
    reference.findings.warning(
      'BackendNotFound',
      reference.path,
      'nobody can be asked, so every request is answered 403, whatever `failureMode` says',
      'correct the reference',
    );
    return NOBODY;
  }
  if (!check.has('http')) reportPort(reference, policy, context);
  const policies = callPolicies(target.policies, reference);
  return { host: target.host, ...(policies && { policies }), isKnown: true };
}

/** What a file can say about how something is called that is no backend of a route. */
const CALL_POLICIES = ['requestHeaderModifier', 'backendTLS', 'backendAuth', 'http', 'tcp'];

function callPolicies(
  policies: BackendPoliciesEntry | undefined,
  reference: Fields,
): TargetPoliciesEntry | undefined {
  const others = Object.keys(policies ?? {}).filter((name) => !CALL_POLICIES.includes(name));
  for (const name of others) {
    reference.findings.error(
      'Unsupported',
      reference.path,
      `a standalone file cannot say ${quoted(name)} of an authorization service, which the backend has`,
      'remove it there, or run this with agentgateway',
    );
  }
  return policies;
}

// ---------------------------------------------------------------- HTTP/2

/** How a port says that it speaks HTTP/2 without TLS. */
const SPEAKS_HTTP2 = ['kubernetes.io/h2c', 'grpc'];

/** gRPC needs HTTP/2, and agentgateway learns from the port which version it speaks. */
function reportPort(reference: Fields, policy: KubeObject, context: Context): void {
  const { objects } = context;
  if ((reference.text('group') ?? CORE) !== CORE) return;
  const namespace = reference.text('namespace') ?? policy.key.namespace;
  const name = reference.text('name') ?? '';
  const number = reference.integer('port', 1, 65_535);
  const service = objects.find(CORE, 'Service', namespace, name);
  const port = service?.spec
    .entries('ports')
    .find((entry) => entry.integer('port', 1, 65_535) === number);
  if (!service || !port || SPEAKS_HTTP2.includes(port.text('appProtocol') ?? '')) return;
  if (isCalledByHttp2(service, context)) return;
  port.findings.warning(
    'AppProtocolMissing',
    port.at('appProtocol'),
    `${policy.key.kind} ${nameOf(policy.key)} asks this port by gRPC, which needs HTTP/2, and nothing says that the port speaks it`,
    'write `appProtocol: kubernetes.io/h2c`',
  );
}

/** Whether a policy on the Service says what its port could. */
function isCalledByHttp2({ key }: KubeObject, { objects }: Context): boolean {
  return objects
    .inNamespace(AGENTGATEWAY, 'AgentgatewayPolicy', key.namespace)
    .some(
      ({ spec }) =>
        spec.fields('backend')?.fields('http')?.text('version') === 'HTTP2' &&
        spec
          .entries('targetRefs')
          .some((target) => target.text('kind') === 'Service' && target.text('name') === key.name),
    );
}
