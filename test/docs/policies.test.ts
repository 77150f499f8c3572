import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { policyGateway } from '../support/policy-gateway';
import { Issuer } from '../support/tokens';

const DOCS = join(__dirname, '..', '..', 'docs');
const FILES = {
  'jwks.json': new Issuer().jwks(),
  users: 'carol:{SHA}KYPGUZ1RyNcMPgP8M8UWINc8iAU=',
};

describe.each(['jwt.md', 'authorization.md', 'ext-auth.md', 'rate-limits.md'])(
  'the policies of docs/%s',
  (page) => {
    const text = readFileSync(join(DOCS, page), 'utf8');
    const snippets = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
      ([, snippet]) => snippet,
    );

    it.each(snippets)('run without a finding:\n%s', (snippet) => {
      const gateway = policyGateway(parse(snippet), { files: FILES });
      // A page shows one policy at a time: rules without what finds out who calls.
      const warnings = gateway.warnings.filter(({ code }) => code !== 'UnknownCaller');
      expect(warnings).toEqual([]);
    });
  },
);
