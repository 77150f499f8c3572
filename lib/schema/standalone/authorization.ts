import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { list, object, ref } from './shared';

function rule(description: string) {
  return { $ref: '#/$defs/Expression', description };
}

export const AUTHORIZATION: Definitions = {
  RuleSet: object(
    'Who may: a request passes when no `deny` holds, every `require` holds and, where there are `allow` rules, one of them.',
    { rules: list('The rules; their order does not matter.', ref('AuthorizationRule')) },
    { required: ['rules'] },
  ),
  AuthorizationRule: {
    description: 'An expression that allows, or `allow`, `deny` or `require` with one.',
    anyOf: [
      ref('Expression'),
      object(
        'A rule.',
        {
          allow: rule('Lets the request pass where it holds.'),
          deny: rule(
            'Refuses the request where it holds; an expression that fails does not refuse.',
          ),
          require: rule('Refuses the request where it does not hold, or fails.'),
        },
        { rules: [exactlyOneOf('allow', 'deny', 'require')] },
      ),
    ],
  },
};
