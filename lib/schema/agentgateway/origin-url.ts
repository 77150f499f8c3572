import { cel } from '../rule';
import type { Schema } from '../schema';

/** A URL of a server that has no paths of its own, such as a gRPC service. */
export function originUrl(description: string): Schema {
  return {
    $ref: '#/$defs/HttpURL',
    description,
    rules: [
      cel("self.matches('^https?://[^/?#]+$')", {
        path: '',
        message: 'the URL must end after host and port, without a path, even `/`',
        hint: 'write it like `http://host.example.com:9000`',
      }),
    ],
  };
}
