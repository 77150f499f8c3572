import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { FetchedDocument, FetchLimits, HeaderList, UpstreamAddress } from '../effects';
import type { Resolution } from './resolve';

type Resolve = (address: UpstreamAddress) => Resolution | undefined;

/**
 * Gets documents that a configuration names by their URLs. A redirect is not followed: who may answer at a URL should not
 * decide what else the gateway asks. Messages hold no URL, in which credentials may stand.
 */
export function documentFetcher(resolve: Resolve) {
  return (url: string, limits: FetchLimits): Promise<FetchedDocument> =>
    new Promise((settle, fail) => {
      const timer = setTimeout(
        () => request.destroy(new Error(`there is no answer within ${limits.timeoutMs / 1000} s`)),
        limits.timeoutMs,
      );
      const request = open(resolved(new URL(url), resolve));
      request.on('response', (response) => read(response, limits.maxBytes).then(settle, fail));
      request.on('error', fail);
      request.on('close', () => clearTimeout(timer));
      request.end();
    });
}

function open(url: URL): ClientRequest {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return request(url, { agent: false, headers: { accept: 'application/json' } });
}

/** `--resolve` speaks of all that the gateway asks. */
function resolved(url: URL, resolve: Resolve): URL {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const resolution = resolve({ host, port, httpVersion: 'HTTP/1.1' });
  return resolution ? new URL(`${url.pathname}${url.search}`, resolution.origin) : url;
}

function read(response: IncomingMessage, maxBytes: number): Promise<FetchedDocument> {
  return new Promise((settle, fail) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes)
        response.destroy(new Error(`the answer is longer than ${maxBytes} bytes`));
    });
    response.on('end', () =>
      settle({
        status: response.statusCode ?? 0,
        headers: lowerCased(response.rawHeaders),
        body: Buffer.concat(chunks),
      }),
    );
    response.on('error', fail);
    response.on('aborted', () => fail(new Error('the answer broke off')));
  });
}

function lowerCased(fields: readonly string[]): HeaderList {
  return fields.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
}
