import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixText } from '../../lib/cli/fix';

it('the example of the page on repairs is repaired as the page shows', () => {
  const page = readFileSync(join(__dirname, '../../docs/fix.md'), 'utf8');
  const [before = '', after] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text,
  );
  expect(fixText(before, { source: 'fix.md', variables: () => undefined }).text).toBe(after);
});
