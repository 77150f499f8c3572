import { entries, has, isObject } from '../json';
import { exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';

const LAST_WITHOUT_WHEN: Rule = {
  form: 'whenButForTheLast',
  cel: 'self.filter(entry, !has(entry.when)).size() == (has(self[self.size() - 1].when) ? 0 : 1)',
  message: 'only the last entry may go without `when`: it takes every request',
  check: (self) =>
    entries(self)
      .slice(0, -1)
      .flatMap((entry, index) =>
        !isObject(entry) || has(entry, 'when')
          ? []
          : [
              {
                path: `[${index}].when`,
                message:
                  'only the last entry may go without `when`: it takes every request, so those after it are never reached',
                hint: 'write `when`, or move the entry to the end',
                code: 'Required' as const,
              },
            ],
      ),
};

function choice(description: string, entry: string, rules: readonly Rule[] = []): Schema {
  return {
    type: 'object',
    description,
    properties: {
      targets: {
        type: 'array',
        description: 'The models to choose among.',
        items: { $ref: `#/$defs/${entry}` },
        minItems: 1,
        maxItems: 64,
        ...(rules.length > 0 && { rules }),
      },
    },
    required: ['targets'],
  };
}

const TARGET: Readonly<Record<string, Schema>> = {
  modelRef: {
    $ref: '#/$defs/NameReference',
    description: 'The AgentgatewayModel, by its name.',
  },
  model: {
    type: 'string',
    description:
      'What that model is asked for, where its `match.model` has a `*`. @default - its own name',
    minLength: 1,
    maxLength: 1024,
  },
};

export const VIRTUAL_MODEL_DEFINITIONS: Definitions = {
  VirtualModel: {
    type: 'object',
    description: 'A name that stands for other models, and how one of them is chosen.',
    properties: {
      weighted: choice('By chance: each by its share.', 'WeightedModel'),
      failover: choice(
        'The first that is healthy; `health.eviction` of a model says when it is not.',
        'FailoverModel',
      ),
      conditional: choice('The first whose condition holds.', 'ConditionalModel', [
        LAST_WITHOUT_WHEN,
      ]),
    },
    rules: [exactlyOneOf('weighted', 'failover', 'conditional')],
  },
  WeightedModel: {
    type: 'object',
    description: 'A model and its share.',
    properties: {
      ...TARGET,
      weight: {
        type: 'integer',
        description: 'Its share, against the sum of all weights.',
        format: 'int32',
        minimum: 1,
        maximum: 1_000_000,
        default: 1,
      },
    },
    required: ['modelRef'],
  },
  FailoverModel: {
    type: 'object',
    description: 'A model and its turn.',
    properties: {
      ...TARGET,
      priority: {
        type: 'integer',
        description: 'Its turn: the lowest comes first; those of one number share requests.',
        format: 'int32',
        minimum: 0,
        maximum: 1_000_000,
      },
    },
    required: ['modelRef', 'priority'],
  },
  ConditionalModel: {
    type: 'object',
    description: 'A model and the requests that it is for.',
    properties: {
      ...TARGET,
      when: {
        $ref: '#/$defs/Expression',
        description:
          'Which requests, such as `jwt.team == "research"`. @default - all that no earlier entry is for',
      },
    },
    required: ['modelRef'],
  },
};
