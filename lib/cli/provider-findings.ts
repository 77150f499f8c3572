import type { Diagnostic } from '../diagnostic';
import { entries, field, textField } from '../schema/json';
import type { JwtProvider } from '../standalone/document';
import { Findings } from '../standalone/findings';
import { advisePrivateKeys, adviseProvider } from '../standalone/provider-advice';
import { keyOf } from './manifests';

const PROVIDERS = 'spec.traffic.jwtAuthentication.providers';

/**
 * What is unsafe about whose tokens a policy accepts, also where something else is wrong with it, its kind included: then
 * nothing translates it.
 */
export function providerFindings(object: unknown): Diagnostic[] {
  const providers = providersOf(object);
  const findings = new Findings().about(keyOf(object));
  providers.forEach((provider, index) => {
    advise(provider, `${PROVIDERS}[${index}]`, findings);
  });
  return findings.diagnostics;
}

function providersOf(object: unknown): readonly unknown[] {
  return entries(PROVIDERS.split('.').reduce(field, object));
}

function advise(provider: unknown, path: string, findings: Findings): void {
  const written = jwksOf(field(provider, 'jwks'));
  if (!written) return;
  const audiences = entries(field(provider, 'audiences')).map(String);
  const issuer = textField(provider, 'issuer');
  const place = { path, keys: `${path}.jwks.${written.at}` };
  adviseProvider({ issuer, audiences, jwks: written.jwks }, place, findings);
  advisePrivateKeys(written.jwks, place.keys, findings);
}

/** What is known of keys without looking at other objects. */
function jwksOf(jwks: unknown): { jwks: JwtProvider['jwks']; at: string } | undefined {
  const inline = textField(jwks, 'inline');
  if (inline) return { jwks: inline, at: 'inline' };
  const url = textField(field(jwks, 'remote'), 'url');
  return url ? { jwks: { url }, at: 'remote.url' } : undefined;
}
