import { activation, type GatewayActivation } from '../cel/gateway/activation';
import type { Phase } from '../cel/gateway/phase';
import { RequestView } from '../cel/gateway/request-view';
import { withSecret } from '../cel/gateway/secret';
import { type CelValue, MapView } from '../cel/value';
import { formatAuthority } from '../http/authority';
import type { ApiKeyIdentity, RequestContext } from './request-context';

/** What this gateway does not tell expressions yet: a rule that reads it would decide otherwise than agentgateway. */
const NOT_TOLD: readonly string[] = [
  ...['request.bodyPrefix', 'destination.address', 'proxy', 'env'],
  ...['identity', 'subjectAltNames', 'issuer', 'subject', 'subjectCn', 'certificate'].map(
    (field) => `source.${field}`,
  ),
  ...['unverifiedWorkload', 'tunnel', 'connectHeaders'].map((field) => `source.${field}`),
];

/** What is not told beside that where backends are concerned. */
const NOT_TOLD_IN: Readonly<Partial<Record<Phase, readonly string[]>>> = {
  backend: ['backend'],
  'llm-request': ['llm', 'backend', 'metadata', 'extproc'],
  response: ['response.body', 'response.bodyPrefix', 'llm', 'backend', 'metadata', 'extproc'],
};

/** The variables that an expression reads and this gateway cannot tell. */
export function notTold(reads: ReadonlySet<string>, phase: Phase): string[] {
  return [...NOT_TOLD, ...(NOT_TOLD_IN[phase] ?? [])].filter((name) => reads.has(name));
}

/** A request as expressions see it. What they do not read is not computed. */
export function variablesOf(request: RequestContext): GatewayActivation {
  const { connection, method, scheme, authority, path, query, headers } = request;
  return activation({
    request: new RequestView({
      method,
      scheme,
      authority: formatAuthority(authority.host, authority.port),
      path,
      query,
      version: request.httpVersion,
      headers,
      startTime: request.startedAt,
      body: request.body,
    }),
    source: new SourceView(connection.source),
    destination: { port: BigInt(connection.port) },
    jwt: request.jwt?.variables,
    basicAuth: request.basicAuth && { ...request.basicAuth },
    apiKey: request.apiKey && apiKeyVariables(request.apiKey),
    extauthz: request.extauthz,
  });
}

function apiKeyVariables({ metadata, key }: ApiKeyIdentity) {
  const known = typeof metadata === 'object' && metadata !== null ? metadata : {};
  return withSecret(known as Readonly<Record<string, unknown>>, 'key', key);
}

/** `source`, from `127.0.0.1:51234` or `[::1]:51234`. */
class SourceView extends MapView {
  constructor(private readonly text: string) {
    super();
  }

  get(key: CelValue): unknown {
    const colon = this.text.lastIndexOf(':');
    if (key === 'address' || key === 'rawAddress') {
      return this.text.slice(0, colon).replace(/^\[|\]$/g, '');
    }
    if (key === 'port' || key === 'rawPort') return BigInt(this.text.slice(colon + 1));
    return undefined;
  }

  *keys(): Iterable<CelValue> {
    yield* ['address', 'port', 'rawAddress', 'rawPort'];
  }
}
