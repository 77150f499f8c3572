import { has } from '../json';
import { forbidden, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { onlyTheLastWithout } from './only-the-last-without';

const CONDITION_BUT_FOR_THE_LAST = onlyTheLastWithout('condition');

/**
 * A policy in its three forms: by itself (`Name`), as an entry with a condition (`ConditionalName`), and as routes take
 * it (`TrafficName`): by its own fields or by `conditional`.
 */
export function conditionalForms(name: string, policy: Schema): Definitions {
  return {
    [name]: policy,
    [`Conditional${name}`]: {
      type: 'object',
      description: 'A variant of the policy, and the requests that it is for.',
      properties: {
        condition: {
          $ref: '#/$defs/Expression',
          description:
            'Which requests it is for, such as `request.path.startsWith("/admin")`. An expression that cannot be evaluated does not hold. @default - all that no earlier entry is for; only the last entry may go without',
        },
        policy: {
          $ref: `#/$defs/${name}`,
          description: 'What is done with these requests.',
        },
      },
      required: ['policy'],
    },
    [`Traffic${name}`]: {
      ...policy,
      properties: { ...policy.properties, conditional: variants(name) },
      rules: [
        ...(policy.rules ?? []).map(unlessConditional),
        forbidden(
          'has(self.conditional)',
          Object.keys(policy.properties ?? {}),
          'with `conditional`, each entry has its own',
        ),
      ],
    },
  };
}

function variants(name: string): Schema {
  return {
    type: 'array',
    description:
      'Variants for different requests; the first entry whose condition holds is used, and where none holds nothing is done: end with an entry without `condition` if no request may be left out. @default - the fields beside it, for every request',
    items: { $ref: `#/$defs/Conditional${name}` },
    minItems: 1,
    maxItems: 16,
    rules: [CONDITION_BUT_FOR_THE_LAST],
  };
}

function unlessConditional(rule: Rule): Rule {
  return {
    form: `unlessConditional(${rule.form})`,
    cel: `has(self.conditional) || (${rule.cel})`,
    ...(rule.message && { message: rule.message }),
    check: (self) => (has(self, 'conditional') ? [] : rule.check(self)),
  };
}
