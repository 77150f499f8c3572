import { atMostOneOf, cel, uniqueBy } from '../rule';
import type { Definitions, Schema } from '../schema';
import { GATEWAY_API_DEFINITIONS } from './shared';

const MOST_MATCHES = 128;

/** The bound of one list is not enough: each match of a route is looked at for each request. */
export const MATCHES_IN_TOTAL = cel(
  `self.map(rule, has(rule.matches) ? rule.matches.size() : 0).sum() <= ${MOST_MATCHES}`,
  {
    path: '',
    message: `the rules have more than ${MOST_MATCHES} matches together`,
    hint: 'spread them over several routes',
  },
);

/** Policies name rules, so no two may have one name. */
export const RULE_NAMES = uniqueBy(['name'], { only: (rule) => `has(${rule}.name)` });

export const VALUE_MATCH_TYPE: Schema = {
  type: 'string',
  description: '`Exact`, or `RegularExpression` for one that must match the whole value.',
  enum: ['Exact', 'RegularExpression'],
  default: 'Exact',
};

/** A backend with its share, without the filters that some kinds of routes have. */
export const BACKEND_REF_PROPERTIES: Readonly<Record<string, Schema>> = {
  ...GATEWAY_API_DEFINITIONS.BackendObjectReference!.properties,
  weight: {
    type: 'integer',
    description: 'The share, relative to the other backends of the rule; 0 for none.',
    format: 'int32',
    minimum: 0,
    maximum: 1_000_000,
    default: 1,
  },
};

/** Parts that several kinds of routes have in common. */
export const ROUTE_DEFINITIONS: Definitions = {
  BackendRef: {
    $ref: '#/$defs/BackendObjectReference',
    description: 'A backend with its share of the connections.',
    properties: BACKEND_REF_PROPERTIES,
  },
  HTTPHeaderMatch: {
    type: 'object',
    description: 'A condition on one header.',
    properties: {
      type: VALUE_MATCH_TYPE,
      name: { $ref: '#/$defs/HeaderName' },
      value: {
        type: 'string',
        description: 'The value to compare with.',
        minLength: 1,
        maxLength: 4096,
        sensitive: true,
        regularExpression: 'byType',
      },
    },
    required: ['name', 'value'],
  },
  HTTPRequestMirrorFilter: {
    type: 'object',
    description: 'Sends a copy of requests elsewhere; its answers are thrown away.',
    properties: {
      backendRef: { $ref: '#/$defs/BackendObjectReference', description: 'Who gets the copies.' },
      percent: {
        type: 'integer',
        description: 'How many requests of a hundred are copied. @default - all',
        format: 'int32',
        minimum: 0,
        maximum: 100,
      },
      fraction: {
        $ref: '#/$defs/Fraction',
        description: 'The share that is copied. @default - all',
      },
    },
    required: ['backendRef'],
    rules: [atMostOneOf('percent', 'fraction')],
  },
  Fraction: {
    type: 'object',
    description: 'A share, such as 5 of 1000.',
    properties: {
      numerator: { type: 'integer', description: 'The part.', format: 'int32', minimum: 0 },
      denominator: {
        type: 'integer',
        description: 'The whole.',
        format: 'int32',
        minimum: 1,
        default: 100,
      },
    },
    required: ['numerator'],
    rules: [
      cel('self.numerator <= self.denominator', {
        path: 'numerator',
        message: '`numerator` may not be more than `denominator`',
      }),
    ],
  },
};
