import type { Definitions } from '../schema';

export const AUTHORIZATION_DEFINITIONS: Definitions = {
  Authorization: {
    type: 'object',
    description: 'Decides by expressions who may pass; policies of several levels add up.',
    properties: {
      action: {
        type: 'string',
        description:
          '`Allow` lets in who meets one of the expressions, `Deny` refuses them, `Require` refuses who fails one. An expression that cannot be evaluated counts as not met.',
        enum: ['Allow', 'Deny', 'Require'],
        default: 'Allow',
      },
      policy: {
        type: 'object',
        description: 'The expressions.',
        properties: {
          matchExpressions: {
            type: 'array',
            description: 'CEL expressions, such as `jwt.sub == "alice"`.',
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
