import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';

const NAMED: Schema = {
  type: 'string',
  description: 'Its name.',
  minLength: 1,
  maxLength: 256,
};

const LOCATIONS: Readonly<Record<string, Schema>> = {
  header: { $ref: '#/$defs/HeaderLocation', description: 'In this header.' },
  queryParameter: {
    $ref: '#/$defs/NamedLocation',
    description: 'In this parameter of the query.',
  },
  cookie: { $ref: '#/$defs/NamedLocation', description: 'In this cookie.' },
};

export const CREDENTIAL_LOCATION_DEFINITIONS: Definitions = {
  HeaderLocation: {
    type: 'object',
    description: 'A header.',
    properties: {
      name: { $ref: '#/$defs/HeaderName' },
      prefix: {
        type: 'string',
        description:
          'What stands before the credential, such as `Bearer ` with its space. @default - nothing',
        minLength: 1,
        maxLength: 256,
      },
    },
    required: ['name'],
  },
  NamedLocation: {
    type: 'object',
    description: 'A query parameter or a cookie.',
    properties: { name: NAMED },
    required: ['name'],
  },
  CredentialLocation: {
    type: 'object',
    description: 'Where in a request the credential is.',
    properties: {
      ...LOCATIONS,
      expression: { $ref: '#/$defs/Expression', description: 'What this expression gives.' },
    },
    rules: [exactlyOneOf('header', 'queryParameter', 'cookie', 'expression')],
  },
  /** As above, for credentials that are written: an expression is no place. */
  CredentialPlace: {
    type: 'object',
    description: 'Where in a request the credential is put.',
    properties: LOCATIONS,
    rules: [exactlyOneOf('header', 'queryParameter', 'cookie')],
  },
};
