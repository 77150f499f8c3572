import type { Definitions } from '../schema';

export const RETRY_DEFINITIONS: Definitions = {
  Retry: {
    type: 'object',
    description:
      'Calls a backend again when it failed. Requests with bodies over 64 KiB are never sent twice.',
    properties: {
      attempts: {
        type: 'integer',
        description:
          'How many times more, so that 2 makes up to three calls, all within the timeout of the request. @default - 1',
        minimum: 1,
      },
      backoff: {
        type: 'string',
        description: 'How long to wait before each, always the same. @default - not at all',
        pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
        patternMeans: 'a duration such as `10s`, `250ms` or `1h30m`, in whole numbers',
      },
      codes: {
        type: 'array',
        description:
          'Statuses that count as failed, besides connections that failed or took too long. @default - none',
        items: { type: 'integer', minimum: 400, maximum: 599 },
        'x-kubernetes-list-type': 'set',
      },
      condition: {
        $ref: '#/$defs/Expression',
        description:
          'Which answers count as failed besides, such as `response.headers["x-retry"] == "yes"`.',
      },
      precondition: {
        $ref: '#/$defs/Expression',
        description:
          'Which requests may be retried at all, such as `request.method == "GET"`. @default - all, whether or not repeating them is safe',
      },
    },
  },
};
