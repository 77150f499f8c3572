import { atLeastOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { conditionalForms } from './conditional';

function computedHeaders(description: string): Schema {
  return {
    type: 'array',
    description,
    items: { $ref: '#/$defs/TransformationHeader' },
    minItems: 1,
    maxItems: 16,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  };
}

const TRANSFORMATION: Schema = {
  type: 'object',
  description:
    'Rewrites requests and responses with CEL expressions. On a route it runs after authentication and rate limits; only in phase PreRouting can a route be chosen by what it writes.',
  properties: {
    request: {
      $ref: '#/$defs/MessageTransformation',
      description: 'The request, before it goes to the backend. @default - unchanged',
    },
    response: {
      $ref: '#/$defs/MessageTransformation',
      description: 'The response, before it goes to the client. @default - unchanged',
    },
  },
  rules: [atLeastOneOf('request', 'response')],
};

/** Policies of routes take `TrafficTransformation`; those of backends `Transformation`, which has no conditions. */
export const TRANSFORMATION_DEFINITIONS: Definitions = {
  ...conditionalForms('Transformation', TRANSFORMATION),
  MessageTransformation: {
    type: 'object',
    description: 'What is changed: first `metadata`, then `add`, `set`, `remove`, and last `body`.',
    properties: {
      metadata: {
        type: 'object',
        description:
          'Values that later expressions read as `metadata.<name>`, so that something is computed once; also in the access log.',
        additionalProperties: { $ref: '#/$defs/Expression' },
        minProperties: 1,
        maxProperties: 16,
      },
      add: computedHeaders(
        'Headers that get a value besides those that they have. Where the expression cannot be evaluated the header is removed.',
      ),
      set: computedHeaders(
        'Headers that get this value and lose those that they had. Where the expression cannot be evaluated the header is removed.',
      ),
      remove: {
        type: 'array',
        description: 'Headers that are taken away.',
        items: { $ref: '#/$defs/HeaderOrPseudoName' },
        minItems: 1,
        maxItems: 16,
        'x-kubernetes-list-type': 'set',
      },
      body: {
        $ref: '#/$defs/Expression',
        description:
          'The whole new body: a string or bytes as they are, anything else as JSON. Where it cannot be evaluated the body becomes empty. An expression that reads the body needs it buffered (2 MiB at most by default). @default - the body as it was',
      },
    },
    rules: [atLeastOneOf('metadata', 'add', 'set', 'remove', 'body')],
  },
  TransformationHeader: {
    type: 'object',
    description: 'A header, or pseudo header, whose value is computed.',
    properties: {
      name: { $ref: '#/$defs/HeaderOrPseudoName' },
      value: {
        $ref: '#/$defs/Expression',
        description:
          'An expression that gives the value. A fixed text stands in quotes of its own: `\'"text"\'`.',
      },
    },
    required: ['name', 'value'],
  },
};
