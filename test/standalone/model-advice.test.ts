import { expect, it } from 'vitest';
import type { BackendPoliciesEntry, LlmEntry } from '../../lib/standalone/document';
import { Findings } from '../../lib/standalone/findings';
import { adviseModels } from '../../lib/standalone/model-advice';

const EVICTING: BackendPoliciesEntry = { health: { eviction: { consecutiveFailures: 3 } } };
const NAMED: BackendPoliciesEntry = { ai: { modelAliases: { fast: 'gpt-4.1-nano' } } };
const FIXED = { openAI: { model: 'gpt-4.1' } };

function groups(...policies: readonly (readonly BackendPoliciesEntry[])[]): LlmEntry {
  return {
    groups: policies.map((members) => ({
      providers: members.map((own, index) => ({
        name: `p${index}`,
        provider: { openAI: {} },
        policies: own,
      })),
    })),
  };
}

function one(provider: object, policies: BackendPoliciesEntry = {}): LlmEntry {
  return { name: 'one', provider, policies };
}

const CASES: readonly [string, LlmEntry, BackendPoliciesEntry, readonly string[]][] = [
  ['a group that is never left', groups([{}], [{}]), {}, ['NoFailover ai.groups[0].providers[0]']],
  [
    'a group that one provider keeps',
    groups([EVICTING, {}], [{}]),
    {},
    ['NoFailover ai.groups[0].providers[1]'],
  ],
  [
    'two groups that are never left',
    groups([{}], [{}], [{}]),
    {},
    ['NoFailover ai.groups[0].providers[0]', 'NoFailover ai.groups[1].providers[0]'],
  ],
  [
    'a rule for health without eviction',
    groups([{ health: { unhealthyExpression: 'true' } }], [{}]),
    EVICTING,
    ['NoFailover ai.groups[0].providers[0]'],
  ],
  ['eviction at the provider', groups([EVICTING], [{}]), {}, []],
  ['eviction at the backend', groups([{}], [{}]), EVICTING, []],
  ['nobody to stand in', groups([{}], []), {}, []],
  ['two providers of one group', groups([{}, {}]), {}, []],
  ['names behind a model', one(FIXED), NAMED, ['UnusedAlias ai']],
  [
    'names behind a model of `overrides`',
    one({ openAI: {} }, { ai: { overrides: { model: 'x' } } }),
    NAMED,
    ['UnusedAlias ai'],
  ],
  ['a name that is the model', one({ openAI: { model: 'fast' } }), NAMED, []],
  ['a pattern behind a model', one(FIXED, { ai: { modelAliases: { 'gpt-*': 'x' } } }), {}, []],
  [
    'names behind a model that is computed',
    one(FIXED, { ai: { transformations: { model: 'x' } } }),
    NAMED,
    [],
  ],
  ['names that clients may ask for', one({ openAI: {} }), NAMED, []],
  [
    'names that another provider reads',
    {
      groups: [
        {
          providers: [
            { name: 'a', provider: FIXED },
            { name: 'b', provider: { openAI: {} } },
          ],
        },
      ],
    },
    NAMED,
    [],
  ],
];

it.each(CASES)('%s', (_, entry, shared, expected) => {
  const findings = new Findings();
  adviseModels(entry, [shared], { path: 'ai', only: 'ai' }, findings);
  expect(findings.diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
});
