import type { Diagnostic } from '../diagnostic';
import { readLocalKeys } from '../gateway/policies/local-keys';
import { policyPlaces } from '../gateway/policy-places';
import { htpasswdLineProblem } from '../schema/htpasswd-line';
import type { NormalBasicAuthPolicy, NormalDocument } from '../standalone/normal-document';
import { PLACEHOLDER } from './placeholder';

/** What is wrong with keys and users that stand in a configuration itself; files and the environment are not looked at. */
export function keyFindings(document: NormalDocument): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (finding: Diagnostic) => void found.push(finding);
  for (const { policies } of policyPlaces(document)) {
    for (const { jwks, path } of policies.jwtAuth?.providers ?? []) {
      if (isWritten(jwks)) readLocalKeys(jwks.text, `${path}.jwks`, { report });
    }
    if (policies.basicAuth) found.push(...userFindings(policies.basicAuth));
  }
  return found;
}

function isWritten(named: object): named is { readonly text: string } {
  return 'text' in named && typeof named.text === 'string' && !named.text.includes(PLACEHOLDER);
}

/** Shows nothing of a line: what should be a hash may be a password. */
function userFindings({ htpasswd, path }: NormalBasicAuthPolicy): Diagnostic[] {
  if (!isWritten(htpasswd)) return [];
  return htpasswd.text.split('\n').flatMap((line, index) => {
    const problem = htpasswdLineProblem(line);
    if (problem === undefined) return [];
    return [
      {
        severity: 'warning',
        code: 'InvalidKey',
        path: `${path}.htpasswd`,
        message: `line ${index + 1} ${problem}, so nobody can log in with it`,
        hint: 'write what `htpasswd -nB alice` prints, and each `$` of it as `$$`',
      },
    ];
  });
}
