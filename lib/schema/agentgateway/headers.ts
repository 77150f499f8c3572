import { HEADER } from '../gateway-api/shared';
import { atLeastOneOf, cel } from '../rule';
import type { Definitions } from '../schema';

/** Names and values of headers, and changes of them. */
export const HEADER_DEFINITIONS: Definitions = {
  HeaderValue: HEADER,
  HeaderModifier: {
    type: 'object',
    description: 'Changes headers.',
    properties: {
      set: {
        type: 'array',
        description: 'Headers that get this value, whatever they had before.',
        items: { $ref: '#/$defs/HeaderValue' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      add: {
        type: 'array',
        description: 'Headers that get this value besides those they have.',
        items: { $ref: '#/$defs/HeaderValue' },
        maxItems: 16,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
      remove: {
        type: 'array',
        description: 'Headers that are taken away.',
        items: { type: 'string' },
        maxItems: 16,
        'x-kubernetes-list-type': 'set',
      },
    },
  },
  HeaderModifiers: {
    type: 'object',
    description:
      'Changes headers of requests and responses: first `add`, then `set`, then `remove`.',
    properties: {
      request: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the backend.' },
      response: { $ref: '#/$defs/HeaderModifier', description: 'On the way to the client.' },
    },
    rules: [atLeastOneOf('request', 'response')],
  },
  HeaderOrPseudoName: {
    type: 'string',
    description:
      'The name of a header, upper and lower case being the same; or one of `:authority`, `:method`, `:path`, `:scheme` and `:status`.',
    minLength: 1,
    maxLength: 256,
    pattern: "^:?[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    patternMeans:
      'the name of a header: letters, digits and `-`, without spaces; or one such as `:path`',
    rules: [
      cel(
        "!self.startsWith(':') || self in [':authority', ':method', ':path', ':scheme', ':status']",
        'of the names with a colon there are only `:authority`, `:method`, `:path`, `:scheme` and `:status`',
      ),
    ],
  },
  HeaderExpression: {
    type: 'object',
    description: 'A header whose value is computed.',
    properties: {
      name: { $ref: '#/$defs/HeaderName' },
      value: { $ref: '#/$defs/Expression' },
    },
    required: ['name', 'value'],
  },
};
