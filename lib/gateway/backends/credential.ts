import { secretField } from '../../cel/gateway/secret';
import { takeCookie } from '../../http/cookies';
import { isFieldValue, isToken } from '../../http/field-syntax';
import { headerValue, setHeader } from '../../http/header-list';
import { withoutQueryParameter } from '../../http/query';
import { bearer } from '../../llm/credentials';
import type { AuthorizationLocation } from '../../standalone/document';
import type { NormalBackendAuth } from '../../standalone/normal-document';
import { readNamedText } from '../named-text';
import type { BackendHost } from './backend-host';
import type { OutgoingRequest, SetCredential } from './endpoint';

/** Writes a credential to its place in a request; what stood there goes. */
type Write = (outgoing: OutgoingRequest, credential: string) => void;

const BEARER: AuthorizationLocation = { header: { name: 'authorization', prefix: 'Bearer ' } };
const RAW_TOKEN = secretField('rawToken');

/** Gives requests what the backend shall know them by. */
export function compileCredential(auth: NormalBackendAuth, host: BackendHost): SetCredential {
  const { path, key, passthrough, credentials } = auth;
  const fixed = [
    ...(key ? [fixedCredential(key.value, key.location ?? BEARER, `${path}.key`, host)] : []),
    ...credentials.map(({ value, location }, i) =>
      fixedCredential(value, location, `${path}.credentials[${i}]`, host),
    ),
  ];
  const putBack = passthrough && passOn(passthrough.location ?? BEARER, path, host);
  const steps = putBack ? [putBack, ...fixed] : fixed;
  return function setCredential(outgoing, client) {
    for (const step of steps) step(outgoing, client);
  };
}

/** The token that authentication took out of the request; of keys and passwords there is none to put back. */
function passOn(location: AuthorizationLocation, path: string, host: BackendHost): SetCredential {
  const write = writeTo(location, `${path}.passthrough.location`, host);
  return function passTokenOn(outgoing, { jwt }) {
    const token = jwt?.variables[RAW_TOKEN];
    if (typeof token === 'string') write(outgoing, token);
  };
}

function fixedCredential(
  value: NonNullable<NormalBackendAuth['key']>['value'],
  location: AuthorizationLocation,
  path: string,
  host: BackendHost,
): SetCredential {
  const credential = readNamedText(value, path, host)?.trim();
  const write = writeTo(location, `${path}.location`, host);
  if (credential === undefined) return () => {};
  if (!isFieldValue(credential) || credential === '') reportCredential(credential, path, host);
  return (outgoing) => write(outgoing, credential);
}

function reportCredential(credential: string, path: string, host: BackendHost): void {
  host.report({
    severity: 'error',
    code: 'Invalid',
    path,
    message:
      credential === ''
        ? 'the credential is empty'
        : 'the credential has characters that no header field may have',
    hint: 'write it on one line, in ASCII',
  });
}

function writeTo(location: AuthorizationLocation, path: string, host: BackendHost): Write {
  if ('header' in location) {
    const { name, prefix = '' } = location.header;
    if (!isToken(name) || !isFieldValue(prefix)) reportPlace(path, host);
    return headerWriter(name.toLowerCase(), prefix);
  }
  if ('queryParameter' in location) return queryWriter(location.queryParameter.name);
  if ('cookie' in location) {
    if (!isToken(location.cookie.name)) reportPlace(path, host);
    return cookieWriter(location.cookie.name);
  }
  host.report({
    severity: 'error',
    code: 'Invalid',
    path: `${path}.expression`,
    message: 'a credential cannot be written to an expression',
    hint: 'write `header`, `queryParameter` or `cookie`',
  });
  return () => {};
}

function reportPlace(path: string, host: BackendHost): void {
  const message = 'no header field or cookie can have that name or prefix';
  host.report({ severity: 'error', code: 'Invalid', path, message });
}

/** Secrets often hold the scheme as well, which is not written twice. */
function headerWriter(name: string, prefix: string): Write {
  if (prefix.trim().toLowerCase() === 'bearer') {
    return ({ headers }, credential) => setHeader(headers, name, bearer(credential));
  }
  return ({ headers }, credential) => setHeader(headers, name, `${prefix}${credential}`);
}

function queryWriter(name: string): Write {
  return function writeParameter(outgoing, credential) {
    const at = outgoing.path.indexOf('?');
    const path = at < 0 ? outgoing.path : outgoing.path.slice(0, at);
    const query = at < 0 ? '' : withoutQueryParameter(outgoing.path.slice(at + 1), name);
    const pair = `${encodeURIComponent(name)}=${encodeURIComponent(credential)}`;
    outgoing.path = `${path}?${query === '' ? pair : `${query}&${pair}`}`;
  };
}

function cookieWriter(name: string): Write {
  return function writeCookie({ headers }, credential) {
    const known = headerValue(headers, 'cookie');
    const rest = known === undefined ? '' : (takeCookie(known, name)?.rest ?? known);
    const pair = `${name}=${credential}`;
    setHeader(headers, 'cookie', rest === '' ? pair : `${rest}; ${pair}`);
  };
}
