import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckedFile } from '../../lib/cli/checked-file';
import { maskedText } from '../../lib/cli/masked-text';

function masked(text: string): string {
  return maskedText(new CheckedFile({ path: 'x.yaml', isNamed: true }, text));
}

const SECRET = 'sk-DEMO-NOT-A-KEY';

describe('a text that is shown', () => {
  it('keeps keys and what is no secret', () => {
    const text = `apiVersion: v1
kind: Secret
metadata: {name: openai} # of the team
stringData:
  Authorization: ${SECRET}
  several: |
    ${SECRET}
    ${SECRET}

  quoted: "${SECRET}
    ${SECRET}"
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
`;
    expect(masked(text)).toBe(`apiVersion: v1
kind: Secret
metadata: {name: openai} # of the team
stringData:
  Authorization: …
  several: …
…
…

  quoted: …
…
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
`);
  });

  it('leaves out what was a credential, and what a misspelt key has', () => {
    const text = `binds:
- port: 8080
  listeners:
  - routes:
    - backends:
      - ai:
          name: models
          provider: {openAI: {}}
          policies:
            # key: ${SECRET}
            # Only for the demonstration.
            backendauth: {ky: ${SECRET}} # before: ${SECRET}
`;
    const shown = masked(text);
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain('            # key: …\n            # Only for the demonstration.\n');
    expect(shown).toContain('            backendauth: {ky: …} # …\n');
  });

  it('has keys only where it is no YAML', () => {
    expect(masked(`binds:\n  key: ${SECRET}\n x: [\r\n`)).toBe('binds:\n  key: …\n x: …\r\n');
  });

  it('has the lines that it had, whatever it is', () => {
    const line = fc.constantFrom(
      'a: 1',
      'a: |',
      '  b',
      '- "',
      'x"',
      '',
      '# k: v',
      '\r',
      '---',
      '{',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        expect(masked(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });
});
