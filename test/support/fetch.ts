import { type OutgoingHttpHeaders, request } from 'node:http';

/** An answer, read to its end. */
export interface Fetched {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly allow: string | undefined;
  readonly body: string;
}

/** Asks on a connection of its own. */
export function fetch(
  port: number,
  path: string,
  method = 'GET',
  headers: OutgoingHttpHeaders = {},
): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      const { 'content-type': type, allow } = response.headers;
      resolve({ status: response.statusCode, type, allow, body });
    });
    outgoing.end();
  });
}
