import type { RoutePolicies } from '../../standalone/document';
import { parseDuration } from '../../standalone/duration';
import type { Fields } from '../fields';

type Timeout = NonNullable<RoutePolicies['timeout']>;

/** The timeouts of an HTTPRoute rule or of a policy, which has `request` only. `0s` means none. */
export function translateTimeout(timeouts: Fields): Timeout | undefined {
  const request = limit(timeouts, 'request');
  const backendRequest = limit(timeouts, 'backendRequest');
  if (!request && !backendRequest) return undefined;
  return {
    ...(request && { requestTimeout: request }),
    ...(backendRequest && { backendRequestTimeout: backendRequest }),
  };
}

function limit(timeouts: Fields, name: string): string | undefined {
  const text = duration(timeouts, name);
  return text && parseDuration(text) !== 0 ? text : undefined;
}

/** A duration as it stands; a finding when it is none. */
export function duration(fields: Fields, name: string): string | undefined {
  const text = fields.text(name);
  if (text === undefined || parseDuration(text) !== undefined) return text;
  fields.findings.error(
    'Invalid',
    fields.at(name),
    `\`${text}\` is not a duration`,
    'write numbers with units, such as `250ms`, `10s` or `1h30m`',
  );
  return undefined;
}
