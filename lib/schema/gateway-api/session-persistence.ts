import { cel, union } from '../rule';
import type { Schema } from '../schema';

/** Requests of one client keep going to the same backend. */
export const SESSION_PERSISTENCE: Schema = {
  type: 'object',
  description:
    'Keeps the requests of a client at one backend. agentgateway does not read it; for MCP it keeps sessions by itself.',
  properties: {
    type: {
      type: 'string',
      description: 'What carries the session, a cookie or a header of its own.',
      enum: ['Cookie', 'Header'],
      default: 'Cookie',
    },
    absoluteTimeout: {
      $ref: '#/$defs/Duration',
      description: 'When a session ends, however busy it is. @default - it does not',
    },
    cookie: {
      type: 'object',
      description: 'The cookie, for `type: Cookie`.',
      properties: {
        name: {
          $ref: '#/$defs/HeaderName',
          description: 'Its name. @default - the implementation chooses',
        },
        path: {
          type: 'string',
          description: 'Below which path browsers send it.',
          maxLength: 1024,
          default: '/',
        },
        lifetimeType: {
          type: 'string',
          description: '`Session` ends with the browser; `Permanent` lasts for `absoluteTimeout`.',
          enum: ['Permanent', 'Session'],
          default: 'Session',
        },
      },
    },
    header: {
      type: 'object',
      description: 'The header, for `type: Header`.',
      properties: { name: { $ref: '#/$defs/HeaderName', description: 'Its name.' } },
      required: ['name'],
    },
  },
  rules: [
    union('type', { Cookie: 'cookie', Header: 'header' }),
    cel(
      "!has(self.cookie) || self.cookie.lifetimeType != 'Permanent' || has(self.absoluteTimeout)",
      {
        path: 'absoluteTimeout',
        message: '`absoluteTimeout` is required for a cookie with lifetimeType: Permanent',
        code: 'Required',
      },
    ),
  ],
};
