import type { Definitions, Schema } from '../schema';
import { duration } from './shared';

function percentage(description: string): Schema {
  return { type: 'integer', description, format: 'int32', minimum: 0, maximum: 100 };
}

export const BACKEND_HEALTH_DEFINITIONS: Definitions = {
  Health: {
    type: 'object',
    description:
      'When an endpoint of the backend counts as unhealthy, and for how long it is then left out. Nothing is probed: answers to requests tell.',
    properties: {
      unhealthyCondition: {
        $ref: '#/$defs/Expression',
        description:
          'Which answers count as failed, such as `response.code >= 500`. @default - statuses from 500, gRPC errors and connections that fail',
      },
      eviction: {
        $ref: '#/$defs/Eviction',
        description:
          'Leaves endpoints out that failed. @default - they only get fewer requests than others, so groups of providers never fail over',
      },
    },
  },
  Eviction: {
    type: 'object',
    description:
      'When an endpoint is left out and how it comes back. Where all are left out, they are asked nevertheless.',
    properties: {
      duration: {
        ...duration(
          'How long it is left out the first time, longer each time after; a Retry-After of the backend comes first.',
          '1s',
        ),
        default: '3s',
      },
      consecutiveFailures: {
        type: 'integer',
        description: 'So many failures one after another leave it out. @default - one',
        format: 'int32',
        minimum: 0,
      },
      healthThreshold: percentage(
        'Leaves it out only when its health, which failures lower step by step, falls below so many percent. @default - its health is not looked at',
      ),
      restoreHealth: percentage(
        'The health, in percent, that it comes back with, and so the share of requests it gets at first.',
      ),
    },
  },
};
