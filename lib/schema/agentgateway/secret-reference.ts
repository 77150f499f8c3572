import { cel, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';

const SECRET_UNLESS_KIND_IS_GIVEN: readonly Rule[] = [
  cel("(has(self.group) && self.group != '') || !has(self.kind) || self.kind in ['', 'Secret']", {
    path: 'kind',
    message: 'without `group` only a Secret can be meant',
    hint: 'leave out both `group` and `kind` for a Secret',
  }),
  cel("!has(self.group) || self.group == '' || (has(self.kind) && self.kind != '')", {
    path: 'kind',
    message: '`kind` is required with `group`',
    hint: 'leave out both `group` and `kind` for a Secret',
    code: 'Required',
  }),
];

const SECRET_FIELDS: Readonly<Record<string, Schema>> = {
  group: {
    type: 'string',
    description:
      'The API group of what holds the credential. agentgateway itself reads Secrets alone. @default - the core group, which Secrets belong to',
  },
  kind: {
    type: 'string',
    description: 'The kind of what holds the credential. @default - Secret',
  },
  name: { $ref: '#/$defs/ObjectName', description: 'The name of the Secret.' },
};

export const SECRET_REFERENCE_DEFINITIONS: Definitions = {
  SecretReference: {
    type: 'object',
    description: 'A Secret in the same namespace.',
    properties: SECRET_FIELDS,
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
    rules: SECRET_UNLESS_KIND_IS_GIVEN,
  },
  SecretKeyReference: {
    type: 'object',
    description: 'An entry of a Secret in the same namespace.',
    properties: {
      ...SECRET_FIELDS,
      key: {
        type: 'string',
        description:
          'Which entry of the Secret. @default - the one that the field around it names as its own',
        minLength: 1,
        maxLength: 253,
      },
    },
    required: ['name'],
    'x-kubernetes-map-type': 'atomic',
    rules: SECRET_UNLESS_KIND_IS_GIVEN,
  },
};
