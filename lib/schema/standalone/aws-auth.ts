import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { cel, excludes } from './null-safe-rules';
import { expression, list, name, object, optional, secret, text } from './shared';

export const AWS_AUTH: Definitions = {
  AwsAuth: object(
    'Signs requests for AWS (Signature V4). @default - with what the environment offers',
    {
      accessKeyId: { ...secret('The ID of an access key.'), nullable: false },
      secretAccessKey: { ...secret('The access key.'), nullable: false },
      sessionToken: secret('The token of a temporary key.'),
      region: text("The region. @default - that of the backend's host"),
      serviceName: text("The service. @default - that of the backend's host"),
      assumeRole: optional('AwsAssumeRole'),
    },
    {
      rules: [
        cel('has(self.accessKeyId) == has(self.secretAccessKey)', {
          path: '',
          message: '`accessKeyId` and `secretAccessKey` go together',
        }),
        excludes(
          'assumeRole',
          ['accessKeyId', 'secretAccessKey', 'sessionToken'],
          'a role is assumed with what the environment offers',
        ),
        cel('!has(self.sessionToken) || has(self.accessKeyId)', {
          path: 'sessionToken',
          message: '`sessionToken` belongs to an `accessKeyId`',
        }),
      ],
    },
  ),
  AwsAssumeRole: object(
    'Acts as this role.',
    {
      roleArn: name('The ARN of the role.'),
      sessionName: {
        description: 'The name of the session, or `{expression}` to give each caller one.',
        nullable: true,
        anyOf: [
          { type: 'string' },
          object(
            'A name by expression.',
            { expression: expression('An expression that gives the name.') },
            { required: ['expression'] },
          ),
        ],
      },
      tags: list(
        'Tags of the session.',
        object(
          'A tag.',
          {
            key: name('Its key.'),
            value: text('Its value.'),
            expression: expression('An expression for its value.', { nullable: true }),
          },
          { required: ['key'], rules: [exactlyOneOf('value', 'expression')] },
        ),
      ),
    },
    { required: ['roleArn'] },
  ),
};
