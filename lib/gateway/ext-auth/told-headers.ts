import type { HeaderList } from '../../effects';
import { formatAuthority } from '../../http/authority';
import type { RequestContext } from '../request-context';

/** Says whether the service is told only the beginning of a body: the gateway knows, so a client's own is told to nobody. */
export const PARTIAL_BODY = 'x-envoy-auth-partial-body';

/** The values of a request's fields that a service is told, by lower-case name. */
export type ToldHeaders = (request: RequestContext) => ReadonlyMap<string, string>;

/** Those that are named, or all of them and the parts of the request line where none is. */
export function compileToldHeaders(names: readonly string[]): ToldHeaders {
  if (names.length === 0) return allHeaders;
  const fields = new Set(names);
  const pseudo = [...PSEUDO_FIELDS].filter(([name]) => fields.has(name));
  return function namedHeaders(request) {
    const told = new Map(pseudo.map(([name, partOf]) => [name, partOf(request)]));
    addFields(told, request.headers, fields);
    return told;
  };
}

function allHeaders(request: RequestContext): Map<string, string> {
  const told = new Map<string, string>();
  for (const [name, partOf] of PSEUDO_FIELDS) told.set(name, partOf(request));
  addFields(told, request.headers);
  return told;
}

/** The parts of a request line, as HTTP/2 names them (RFC 9113 §8.3.1). */
export const PSEUDO_FIELDS: ReadonlyMap<string, (request: RequestContext) => string> = new Map([
  [':method', ({ method }) => method],
  [':scheme', ({ scheme }) => scheme],
  [':authority', ({ authority }) => formatAuthority(authority.host, authority.port)],
  [':path', pathAndQuery],
]);

export function pathAndQuery({ path, query }: RequestContext): string {
  return query === '' ? path : `${path}?${query}`;
}

/** Repeated fields are one list (RFC 9110 §5.3), cookies one of pairs (RFC 6265 §4.2.1). */
function addFields(
  told: Map<string, string>,
  headers: HeaderList,
  only?: ReadonlySet<string>,
): void {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i];
    if (name === PARTIAL_BODY || (only && !only.has(name))) continue;
    const known = told.get(name);
    const value = asText(headers[i + 1]);
    if (known === undefined) told.set(name, value);
    else told.set(name, `${known}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
}

const BEYOND_ASCII = /[\x80-\xff]/;

/** Node hands the bytes of a field over as one character each. */
function asText(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
