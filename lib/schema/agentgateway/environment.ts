import type { Definitions, Schema } from '../schema';

/** Kubernetes' own EnvVar, field by field. */
export const ENVIRONMENT: Schema = {
  type: 'array',
  description:
    'Environment variables of the container of the gateway; one that the controller sets itself is replaced.',
  items: { $ref: '#/$defs/EnvironmentVariable' },
};

export const ENVIRONMENT_DEFINITIONS: Definitions = {
  EnvironmentVariable: {
    type: 'object',
    description: 'An environment variable.',
    properties: {
      name: { type: 'string', description: 'Its name.' },
      value: {
        type: 'string',
        description:
          'Its value, in which `$(NAME)` stands for a variable before it; a secret belongs into a Secret, by `valueFrom`. @default - empty',
        sensitive: true,
      },
      valueFrom: {
        type: 'object',
        description: 'Where the value comes from, in place of `value`.',
        properties: {
          secretKeyRef: {
            $ref: '#/$defs/KeySelector',
            description: 'An entry of a Secret of the namespace.',
          },
          configMapKeyRef: {
            $ref: '#/$defs/KeySelector',
            description: 'An entry of a ConfigMap of the namespace.',
          },
          fieldRef: {
            type: 'object',
            description: 'A field of the pod itself.',
            properties: {
              fieldPath: {
                type: 'string',
                description: 'The field, such as `metadata.name` or `status.podIP`.',
              },
              apiVersion: {
                type: 'string',
                description: 'The version in which the path is written. @default - v1',
              },
            },
            required: ['fieldPath'],
            'x-kubernetes-map-type': 'atomic',
          },
          resourceFieldRef: {
            type: 'object',
            description: 'How much of a resource a container asks for, or may have.',
            properties: {
              resource: {
                type: 'string',
                description: 'Which, such as `limits.memory`.',
              },
              containerName: {
                type: 'string',
                description: 'Of which container. @default - this one',
              },
              divisor: {
                $ref: '#/$defs/Quantity',
                description: 'In which unit it is told, such as `1Mi`. @default - 1',
              },
            },
            required: ['resource'],
            'x-kubernetes-map-type': 'atomic',
          },
          fileKeyRef: {
            type: 'object',
            description: 'A variable out of a file of variables on a volume.',
            properties: {
              volumeName: { type: 'string', description: 'The volume of the pod.' },
              path: { type: 'string', description: 'The file on the volume.' },
              key: { type: 'string', description: 'The name of the variable in the file.' },
              optional: {
                type: 'boolean',
                description: 'Whether the container starts without it.',
                default: false,
              },
            },
            required: ['key', 'path', 'volumeName'],
            'x-kubernetes-map-type': 'atomic',
          },
        },
      },
    },
    required: ['name'],
  },
  KeySelector: {
    type: 'object',
    description: 'An entry of an object.',
    properties: {
      name: { type: 'string', description: 'The name of the object.', default: '' },
      key: { type: 'string', description: 'The entry.' },
      optional: {
        type: 'boolean',
        description: 'Whether the container starts without it. @default - false',
      },
    },
    required: ['key'],
    'x-kubernetes-map-type': 'atomic',
  },
};
