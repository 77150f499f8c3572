import type { DirectResponse } from '../../standalone/document';
import type { Fields } from '../fields';

export function translateDirectResponse(response: Fields): DirectResponse {
  response.refuseOthers(
    ['status', 'body'],
    'a direct response',
    'remove it, or run this with agentgateway',
  );
  const status = response.integer('status', 200, 599);
  const body = response.text('body');
  if (status === undefined) {
    response.findings.error(
      'Required',
      response.at('status'),
      'a direct response needs a status, such as 503',
    );
  }
  return { status: status ?? 500, ...(body !== undefined && { body }) };
}
