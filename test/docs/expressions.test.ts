import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CelError } from '../../lib/cel/cel-error';
import { activation, type GatewayActivation } from '../../lib/cel/gateway/activation';
import { ALL_PHASES, PHASES, type Phase } from '../../lib/cel/gateway/phase';
import { RequestView } from '../../lib/cel/gateway/request-view';
import { compileRule } from '../../lib/cel/gateway/rule';
import { withSecret } from '../../lib/cel/gateway/secret';
import { isIn, VARIABLES } from '../../lib/cel/gateway/variables';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'expressions.md'), 'utf8');

/** The rows of the table with this heading, each as its cells. */
function rowsBelow(heading: string): string[][] {
  const table = new RegExp(`^\\| ${heading} \\|.*\\n.*\\n((?:\\|.*\\n)+)`, 'm').exec(PAGE);
  const rows = table?.[1].trim().split('\n') ?? [];
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

/** What the page gives its examples to read. */
function given(): GatewayActivation {
  const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
  const { request, source, jwt } = parse(yaml);
  return activation({
    request: new RequestView({
      method: request.method,
      scheme: 'https',
      authority: 'models.example.com',
      path: request.path,
      query: '',
      version: 'HTTP/1.1',
      headers: Object.entries<string>(request.headers).flat(),
      body: Buffer.from(request.body),
    }),
    source,
    jwt: withSecret(jwt, 'rawToken', 'never-shown'),
  });
}

/** Everywhere but where a connection alone is known, so that the page need not repeat them. */
const EVERYWHERE = ['source', 'env'];

function readIn(phase: Phase): string {
  const names = Object.entries(VARIABLES).flatMap(([name, field]) =>
    isIn(field, phase) && !EVERYWHERE.includes(name) ? [`\`${name}\``] : [],
  );
  return names.length === 0 ? 'nothing' : names.join(', ');
}

describe('the page of expressions', () => {
  const examples = rowsBelow('expression').map((cells) =>
    cells.map((cell) => cell.replaceAll('`', '')),
  );

  it('has examples, and every phase', () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(rowsBelow('it stands in')).toEqual(
      ALL_PHASES.map((phase) => [PHASES[phase], readIn(phase)]),
    );
  });

  it.each(examples)('says what %s gives', (expression, result) => {
    const { rule, problems } = compileRule(expression, 'route');
    expect(problems).toBeUndefined();
    const value = rule?.evaluate(given());
    expect(value instanceof CelError ? 'an error' : JSON.stringify(value)).toBe(result);
  });
});
