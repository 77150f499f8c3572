import type { Diagnostic } from '../diagnostic';
import { hasErrors } from '../diagnostic';
import { quoted } from '../schema/json';
import { unsupportedIn } from '../schema/validate-standalone';
import { reportAnonymousAccess } from './anonymous-access';
import type { StandaloneDocument } from './document';
import { Findings } from './findings';
import type { NamedBackend, NamedBackends } from './named-backends';
import type { NormalDocument } from './normal-document';
import { normalizeConfig } from './normalize-config';
import { normalizeListeners } from './normalize-listeners';
import { reportIdleTokenLimits } from './normalize-rate-limit';
import { normalizeTargets } from './normalize-targets';
import { reportReplacedChecks } from './replaced-checks';
import { atStart } from './starts-anyway';

export interface Normalization {
  /** @default - there are errors */
  readonly document?: NormalDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes out what a document means: names, defaults and references, both forms of listeners as one, durations as
 * milliseconds. What agentgateway would overwrite, ignore or fail at run time is an error here, and so is what this gateway
 * does not run: documents of the translator have passed no reader that would have said it.
 *
 * The document has passed the schema, as those of `readStandalone` and of the translator have.
 */
export function normalizeStandalone(document: StandaloneDocument): Normalization {
  const findings = new Findings();
  reportAnonymousAccess(document, findings);
  const notRun = unsupportedIn(document);
  if (notRun.length > 0) return { diagnostics: [...notRun, ...distinct(findings.diagnostics)] };
  const backends = namedBackends(document, findings);
  const config = normalizeConfig(document.config ?? {}, document.frontendPolicies ?? {}, findings);
  const binds = normalizeListeners(document, backends, findings);
  const policies = normalizeTargets(document.policies ?? [], { binds, backends }, findings);
  reportIdleTokenLimits(binds, policies, findings);
  reportReplacedChecks(binds, policies, findings);
  if (binds.length === 0) {
    findings.error(
      'Required',
      '',
      'the file opens no port',
      'write `gateways:` with `routes:`, or `binds:`',
    );
  }
  const diagnostics = distinct(findings.diagnostics);
  if (hasErrors(diagnostics.map(atStart))) return { diagnostics };
  return { document: { config, binds, policies }, diagnostics };
}

function namedBackends(document: StandaloneDocument, findings: Findings): NamedBackends {
  const named = new Map<string, NamedBackend>();
  document.backends?.forEach((entry, index) => {
    const path = `backends[${index}]`;
    const first = named.get(entry.name);
    if (first) {
      findings.error(
        'Duplicate',
        `${path}.name`,
        `\`${first.path}\` is named ${quoted(entry.name)} too`,
        'give each backend a name of its own',
      );
    } else named.set(entry.name, { path, entry });
  });
  return named;
}

/** A route that is attached to several listeners is found wanting once for each. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.map((finding) => [JSON.stringify(finding), finding]));
  return [...seen.values()];
}
