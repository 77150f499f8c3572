import { cel, forbidden, type Rule } from '../rule';
import type { Schema } from '../schema';
import { BACKEND_OR_URL } from './shared';

/** Where telemetry is sent by the OpenTelemetry protocol: fields that access logs and traces share. */
export function otlpTarget(what: string, path: string): Readonly<Record<string, Schema>> {
  return {
    backendRef: {
      $ref: '#/$defs/BackendReference',
      description: `The collector that ${what} are sent to, where it is an object of the cluster.`,
    },
    url: {
      $ref: '#/$defs/HttpURL',
      description: `The collector that ${what} are sent to, by its URL; with a path only for protocol HTTP.`,
    },
    protocol: {
      type: 'string',
      description:
        'How the collector is spoken to; its usual port is 4317 for `GRPC`, 4318 for `HTTP`.',
      enum: ['GRPC', 'HTTP'],
      default: 'GRPC',
    },
    path: {
      type: 'string',
      description: `The path at the collector, for protocol HTTP. @default - ${path}`,
      minLength: 1,
      maxLength: 1024,
      rules: [cel("self.startsWith('/')", { path: '', message: 'the path must begin with `/`' })],
    },
  };
}

export const OTLP_RULES: readonly Rule[] = [
  BACKEND_OR_URL,
  forbidden(
    "has(self.protocol) && self.protocol != 'HTTP'",
    ['path'],
    'gRPC has no paths; write `protocol: HTTP`, or remove it',
  ),
  cel(
    "!has(self.url) || !self.url.matches('^https?://[^/?#]+/') || (has(self.protocol) && self.protocol == 'HTTP')",
    {
      path: 'url',
      message: 'a URL with a path, even `/`, needs protocol HTTP',
      hint: 'write `protocol: HTTP`, or end the URL after host and port',
    },
  ),
];
