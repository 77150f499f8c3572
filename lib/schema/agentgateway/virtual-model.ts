import { exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { onlyTheLastWithout } from './only-the-last-without';

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
        onlyTheLastWithout('when'),
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
