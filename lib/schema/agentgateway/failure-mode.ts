import type { Schema } from '../schema';

/** What becomes of a request when a service that was asked about it fails. */
export function failureMode(description: string): Schema {
  return { type: 'string', description, enum: ['FailClosed', 'FailOpen'] };
}
