import { atMostOneOf, cel, exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';

export const AWS_AUTH_DEFINITIONS: Definitions = {
  AWSAuth: {
    type: 'object',
    description:
      'Signs requests as AWS asks (SigV4). An empty one takes the credentials of the environment that the gateway runs in.',
    properties: {
      secretRef: {
        $ref: '#/$defs/SecretReference',
        description:
          'Credentials in a Secret, in the entries `accessKey`, `secretKey` and, for temporary ones, `sessionToken`. @default - those of the environment, such as the role of the service account',
      },
      assumeRole: {
        $ref: '#/$defs/AWSAssumeRole',
        description: 'Takes on a role first, with the credentials of the environment.',
      },
      region: {
        type: 'string',
        description:
          'The region that the signature is for, such as `eu-central-1`. @default - that of the provider, else of the environment',
        minLength: 1,
        maxLength: 256,
      },
      serviceName: {
        type: 'string',
        description:
          'The service that the signature is for, such as `bedrock` or `execute-api`. @default - that of the provider',
        minLength: 1,
        maxLength: 256,
      },
    },
    rules: [
      cel('!has(self.secretRef) || !has(self.assumeRole)', {
        path: 'assumeRole',
        message: '`assumeRole` takes on the role with the credentials of the environment',
        hint: 'remove `secretRef`, or `assumeRole`',
        code: 'Forbidden',
      }),
    ],
  },
  AWSAssumeRole: {
    type: 'object',
    description: 'A role of AWS, and the session that it is taken on for.',
    properties: {
      roleArn: {
        type: 'string',
        description: 'The role, `arn:aws:iam::123456789012:role/gateway`.',
        minLength: 1,
        pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$',
        patternMeans: 'the ARN of a role, such as `arn:aws:iam::123456789012:role/gateway`',
      },
      sessionName: {
        type: 'string',
        description:
          'What the session is called in the logs of AWS. @default - a name that the gateway makes up',
        pattern: '^[\\w+=,.@-]{2,64}$',
        patternMeans: '2 to 64 letters, digits and any of `_+=,.@-`',
      },
      sessionNameExpression: {
        $ref: '#/$defs/Expression',
        description:
          'The same, computed for each request: `jwt.sub`. Each name is a session of its own.',
      },
      tags: {
        type: 'array',
        description:
          'Tags of the session, which policies of AWS can decide by and bills can be split by.',
        items: { $ref: '#/$defs/AWSSessionTag' },
        maxItems: 50,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
      },
    },
    required: ['roleArn'],
    rules: [atMostOneOf('sessionName', 'sessionNameExpression')],
  },
  AWSSessionTag: {
    type: 'object',
    description: 'A tag of a session.',
    properties: {
      key: { type: 'string', description: 'The name of the tag.', minLength: 1, maxLength: 128 },
      value: { type: 'string', description: 'Its value.', maxLength: 256 },
      expression: {
        $ref: '#/$defs/Expression',
        description: 'Its value, computed for each request.',
      },
    },
    required: ['key'],
    rules: [exactlyOneOf('value', 'expression')],
  },
};
