import { didYouMean } from '../schema/did-you-mean';
import { quoted } from '../schema/json';
import type { NamedBackendEntry } from './document';
import type { Findings } from './findings';

/** An entry of `backends:`, and where it stands. */
export interface NamedBackend {
  readonly path: string;
  readonly entry: NamedBackendEntry;
}

export type NamedBackends = ReadonlyMap<string, NamedBackend>;

/** The entry that a reference means; or nothing, and a finding. */
export function findBackend(
  reference: string,
  path: string,
  backends: NamedBackends,
  findings: Findings,
): NamedBackend | undefined {
  const name = reference.startsWith('/') ? reference.slice(1) : reference;
  const named = backends.get(name);
  if (named && reference.startsWith('/')) return named;
  if (named) {
    findings.error(
      'BackendNotFound',
      path,
      `${quoted(reference)} has no slash: agentgateway would load the file and answer 500`,
      `write \`backend: /${name}\``,
    );
    return undefined;
  }
  const near = didYouMean(name, backends.keys());
  findings.error(
    'BackendNotFound',
    path,
    `no entry of \`backends\` is named ${quoted(name)}`,
    near
      ? `did you mean \`/${near}\`?`
      : 'add it to the top-level `backends`, or write `host:` here',
  );
  return undefined;
}
