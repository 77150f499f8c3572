import type { Diagnostic } from '../diagnostic';
import { parseAuthority } from '../http/authority';
import { isFieldValue, isToken } from '../http/field-syntax';
import type { HeaderModifier, HostRewrite, PathRewrite } from '../standalone/document';
import type { NormalPolicies } from '../standalone/normal-document';

/** The policies that write something of the configuration into messages. */
type Writing = Pick<
  NormalPolicies,
  'requestHeaderModifier' | 'responseHeaderModifier' | 'requestRedirect' | 'urlRewrite'
>;

/**
 * What a configuration would write into messages though it cannot stand there: a line break would end a field and begin
 * another (RFC 9110 §5.5).
 */
export function unsafeValues(path: string, policies: Writing): Diagnostic[] {
  const { requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite } = policies;
  return [
    ...unsafeModifier(`${path}.requestHeaderModifier`, requestHeaderModifier),
    ...unsafeModifier(`${path}.responseHeaderModifier`, responseHeaderModifier),
    ...unsafeAuthority(`${path}.requestRedirect.authority`, requestRedirect?.authority),
    ...unsafePath(`${path}.requestRedirect.path`, requestRedirect?.path),
    ...unsafeAuthority(`${path}.urlRewrite.authority`, urlRewrite?.authority),
    ...unsafePath(`${path}.urlRewrite.path`, urlRewrite?.path),
  ];
}

function unsafeModifier(path: string, modifier: HeaderModifier = {}): Diagnostic[] {
  const { add = {}, set = {}, remove = [] } = modifier;
  const written = [...Object.entries(add), ...Object.entries(set)];
  const names = [...written.map(([name]) => name), ...remove];
  return [
    ...names.filter((name) => !isToken(name)).map((name) => unsafeName(path, name)),
    ...written
      .filter(([, value]) => !isFieldValue(value))
      .map(([name]) =>
        invalid(path, `the value of \`${name}\` has characters that no header field may have`),
      ),
  ];
}

function unsafeName(path: string, name: string): Diagnostic {
  return invalid(path, `${JSON.stringify(name)} is no name of a header field`);
}

function unsafeAuthority(path: string, rewrite: HostRewrite = 'auto'): Diagnostic[] {
  if (typeof rewrite === 'string' || 'port' in rewrite) return [];
  const text = 'full' in rewrite ? rewrite.full : rewrite.host;
  if (parseAuthority(text)) return [];
  return [invalid(path, `${JSON.stringify(text)} is no host`, 'write `host` or `host:port`')];
}

/** A path as it may stand in a request line; a prefix may be empty, which drops the one that matched. */
const PATH = /^\/[!-~]*$/;

function unsafePath(path: string, rewrite: PathRewrite = { prefix: '' }): Diagnostic[] {
  const text = 'full' in rewrite ? rewrite.full : rewrite.prefix;
  if (PATH.test(text) || ('prefix' in rewrite && text === '')) return [];
  const hint = 'begin it with `/`, and write spaces and other special characters percent-encoded';
  return [invalid(path, `${JSON.stringify(text)} is no path`, hint)];
}

function invalid(path: string, message: string, hint?: string): Diagnostic {
  return { severity: 'error', code: 'Invalid', path, message, hint };
}
