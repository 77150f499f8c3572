import { atLeastOneOf, cel } from '../rule';
import type { Schema } from '../schema';
import { duration } from './shared';

function windowSize(of: string): Schema {
  return {
    $ref: '#/$defs/ByteSize',
    description: `How much a client may send on ${of} before the gateway has taken it in, such as \`64Ki\`: more is faster over long distances and takes more memory.`,
  };
}

const FIELDS: Readonly<Record<string, Schema>> = {
  maxBufferSize: {
    $ref: '#/$defs/ByteSize',
    description:
      'The longest body that is kept in memory, where a policy or an expression reads bodies. @default - 2Mi',
  },
  maxConnectionDuration: duration(
    'How old a connection gets before clients are asked to make a new one, so that load spreads over new replicas; at least 1s. @default - as old as it likes',
    '1s',
  ),
  http1MaxHeaders: {
    type: 'integer',
    description: 'How many headers a request may have in HTTP/1. @default - 100',
    format: 'int32',
    minimum: 1,
    maximum: 4096,
  },
  http1IdleTimeout: duration(
    'How long an HTTP/1 connection may wait for the next request; at least 1s. @default - 10m',
    '1s',
  ),
  http1HeaderCase: {
    type: 'string',
    description:
      'How names of response headers are written in HTTP/1: `Lowercase`, or `Preserve` as the backend wrote them, for clients that mistake upper and lower case for a difference. @default - Lowercase',
    enum: ['Lowercase', 'Preserve'],
  },
  http2WindowSize: windowSize('one stream of HTTP/2'),
  http2ConnectionWindowSize: windowSize('one connection of HTTP/2, all its streams together'),
  http2FrameSize: {
    $ref: '#/$defs/ByteSize',
    description:
      'The longest frame that clients may send in HTTP/2, from 16384 to 1677215 bytes. @default - 16384',
    rules: [
      cel(
        "!quantity(string(self)).isLessThan(quantity('16384')) && !quantity(string(self)).isGreaterThan(quantity('1677215'))",
        { path: '', message: 'must be between 16384 and 1677215 bytes' },
      ),
    ],
  },
  http2MaxHeaderSize: {
    $ref: '#/$defs/ByteSize',
    description: 'How long all headers of a request may be together in HTTP/2, such as `16Ki`.',
  },
  http2KeepaliveInterval: duration(
    'How often clients are asked in HTTP/2 whether they are still there; at least 1s. @default - never',
    '1s',
  ),
  http2KeepaliveTimeout: duration(
    'How long they may take to answer before the connection is closed; at least 1s.',
    '1s',
  ),
};

export const FRONTEND_HTTP: Schema = {
  type: 'object',
  description: 'How HTTP is spoken with clients.',
  properties: FIELDS,
  rules: [atLeastOneOf(...Object.keys(FIELDS))],
};
