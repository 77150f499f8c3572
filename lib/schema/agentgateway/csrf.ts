import type { Schema } from '../schema';

export const CSRF: Schema = {
  type: 'object',
  description:
    'Answers 403 to requests that browsers send for pages of another origin, unless the method is GET, HEAD or OPTIONS. Requests that carry neither Origin nor Sec-Fetch-Site, as programs send them, pass.',
  properties: {
    additionalOrigins: {
      type: 'array',
      description:
        'Other origins whose pages may send requests: scheme and host, and the port if it is not the usual one, such as `https://app.example.com`. A host alone matches nothing. @default - none',
      items: { type: 'string', minLength: 1, maxLength: 256 },
      minItems: 1,
      maxItems: 16,
    },
  },
};
