import type { Definitions } from '../schema';

export const AUTHORIZATION_DEFINITIONS: Definitions = {
  Authorization: {
    type: 'object',
    description:
      'Decides by expressions who may pass; policies of several levels add up: whom one denies is refused, every `Require` must be met, and where there are `Allow` policies one of them must be met.',
    properties: {
      action: {
        type: 'string',
        description:
          '`Allow` lets in who meets one of the expressions, `Deny` refuses them, `Require` refuses who fails one. An expression that cannot be evaluated counts as not met, so a `Deny` that reads a claim which a token lacks lets its bearer pass.',
        enum: ['Allow', 'Deny', 'Require'],
        default: 'Allow',
      },
      policy: {
        type: 'object',
        description: 'The expressions.',
        properties: {
          matchExpressions: {
            type: 'array',
            description:
              'CEL expressions that give true or false, such as `jwt.sub == "alice"`; each stands for itself.',
            items: { $ref: '#/$defs/Expression' },
            minItems: 1,
            maxItems: 256,
          },
        },
        required: ['matchExpressions'],
      },
    },
    required: ['policy'],
  },
};
