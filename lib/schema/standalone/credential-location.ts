import { exactlyOneOf } from '../rule';
import type { Schema } from '../schema';
import { expression, name, object, text } from './shared';

function named(description: string): Schema {
  return object(
    description,
    { name: { type: 'string', description: 'Its name.', minLength: 1 } },
    { required: ['name'] },
  );
}

/** Where in a request a credential is, or where it is put on the way to a backend. */
export const CREDENTIAL_LOCATION: Schema = object(
  'Where in a request the credential is. @default - the `Authorization` header, as the scheme in use has it',
  {
    header: object(
      'In this header.',
      {
        name: { ...name('The name of the header.'), minLength: 1 },
        prefix: text('What stands before the credential, such as `Bearer ` with its space.'),
      },
      { required: ['name'] },
    ),
    queryParameter: named('In this parameter of the query.'),
    cookie: named('In this cookie.'),
    expression: expression('A CEL expression that gives the credential.'),
  },
  { rules: [exactlyOneOf('header', 'queryParameter', 'cookie', 'expression')] },
);
