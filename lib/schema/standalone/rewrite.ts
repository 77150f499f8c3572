import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { object, optional, PORT, STATUS, text } from './shared';

/** Redirects and rewrites say host and path in the same words. */
export const REWRITE: Definitions = {
  HostRewrite: {
    description:
      'The host: `{full: host:port}`, `{host}` (the port stays), `{port}` (the host stays), `auto` for that of the backend, or `none`.',
    anyOf: [
      { type: 'string', enum: ['auto', 'none'] },
      object(
        'A part of the host.',
        {
          full: { type: 'string', description: 'Host and port.' },
          host: { type: 'string', description: 'The host; the port stays.' },
          port: { ...PORT, description: 'The port; the host stays.', minimum: 1 },
        },
        { rules: [exactlyOneOf('full', 'host', 'port')] },
      ),
    ],
  },
  PathRewrite: object(
    'The path.',
    {
      full: { type: 'string', description: 'In place of all of it.' },
      prefix: { type: 'string', description: 'In place of the matched prefix.' },
    },
    { rules: [exactlyOneOf('full', 'prefix')] },
  ),
  RequestRedirect: object('Answers with another address.', {
    scheme: text('The scheme of the new address. @default - that of the request'),
    authority: optional('HostRewrite'),
    path: optional('PathRewrite'),
    status: { ...STATUS, description: 'The status. @default - 302', nullable: true },
  }),
  UrlRewrite: object('Changes host and path on the way to the backend.', {
    authority: optional('HostRewrite'),
    path: optional('PathRewrite'),
  }),
};
