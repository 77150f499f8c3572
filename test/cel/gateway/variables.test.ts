import { describe, expect, it } from 'vitest';
import { check } from '../../../lib/cel/checker';
import { environmentFor } from '../../../lib/cel/gateway/environment';
import { ALL_PHASES, type Phase } from '../../../lib/cel/gateway/phase';
import { type Field, VARIABLES } from '../../../lib/cel/gateway/variables';
import { parse } from '../../../lib/cel/parser';

/** Which phases have what: n(etwork) g(ateway) r(oute) b(ackend) m(cp) l(lm request) u(sage) R(esponse) L(og). */
const TABLE: readonly (readonly [path: string, phases: string])[] = [
  ['source.address', 'ngrbmluRL'],
  ['env.namespace', 'ngrbmluRL'],
  ['request.path', 'grbmluRL'],
  ['request.body', 'grbmluRL'],
  ['request.endTime', 'L'],
  ['destination.port', 'grbmluRL'],
  ['jwt.sub', 'grbmluRL'],
  ['apiKey.key', 'grbmluRL'],
  ['basicAuth.username', 'grbmluRL'],
  ['extauthz.anything', 'grbmluRL'],
  ['metadata.anything', 'grbmluRL'],
  ['proxy.gateway.name', 'grbmluRL'],
  ['proxy.route.name', 'rbmluRL'],
  ['proxy.upstreamDuration', 'L'],
  ['backend.name', 'bmluRL'],
  ['mcp.tool.name', 'mL'],
  ['mcp.tool.arguments', 'L'],
  ['mcp.sessionId', 'L'],
  ['llm.requestModel', 'luRL'],
  ['llmRequest.model', 'l'],
  ['response.code', 'RL'],
];

const LETTERS: Readonly<Record<Phase, string>> = {
  network: 'n',
  gateway: 'g',
  route: 'r',
  backend: 'b',
  'mcp-authorization': 'm',
  'llm-request': 'l',
  'llm-usage': 'u',
  response: 'R',
  log: 'L',
};

function isKnown(source: string, phase: Phase): boolean {
  const environment = environmentFor(phase);
  const { expr } = parse(source, environment);
  return expr !== undefined && check(expr, environment).problems.length === 0;
}

describe('the variables', () => {
  it.each(TABLE)('%s is there in %s', (path, phases) => {
    const found = ALL_PHASES.filter((phase) => isKnown(path, phase));
    expect(found.map((phase) => LETTERS[phase]).join('')).toBe(phases);
  });

  it('say what they are', () => {
    const undocumented = (fields: Readonly<Record<string, Field>>): string[] =>
      Object.entries(fields).flatMap(([name, { doc, fields: inner }]) => [
        ...(doc.length > 5 ? [] : [name]),
        ...undocumented(inner ?? {}),
      ]);
    expect(undocumented(VARIABLES)).toEqual([]);
  });
});
