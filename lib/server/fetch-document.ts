import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
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
      const named = new URL(url);
      const request = open(resolved(named, resolve), hostOf(named));
      request.on('response', (response) => read(response, limits.maxBytes).then(settle, fail));
      request.on('error', fail);
      request.on('close', () => clearTimeout(timer));
      request.end();
    });
}

/** `name` is what the certificate must bear, wherever the document really is. */
function open(url: URL, name: string): ClientRequest {
  const options = { agent: false, headers: { accept: 'application/json' } };
  if (url.protocol !== 'https:') return requestHttp(url, options);
  return requestHttps(url, {
    ...options,
    servername: isIP(name) ? '' : name,
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  });
}

/** `--resolve` speaks of all that the gateway asks. */
function resolved(url: URL, resolve: Resolve): URL {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const resolution = resolve({ host: hostOf(url), port, httpVersion: 'HTTP/1.1' });
  return resolution ? new URL(`${url.pathname}${url.search}`, resolution.origin) : url;
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
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
