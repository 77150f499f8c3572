import { request } from 'node:http';
import type { Call } from './tutorial';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Outcome {
  readonly call: Call;
  readonly answer: Answer;
  /** What differs from what the tutorial expects. @default - nothing */
  readonly surprise?: string;
}

export async function play(call: Call, port: number): Promise<Outcome> {
  const answer = await send(call, port);
  return { call, answer, surprise: compare(call, answer) };
}

/** `node:http` and not `fetch`, which does not let a caller choose the Host header. */
function send(call: Call, port: number): Promise<Answer> {
  const { method = 'GET', path } = call;
  const headers = headersOf(call);
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false, timeout: 10_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')));
    sent.on('error', (error) =>
      reject(new Error(`${method} ${path} to port ${port} failed: ${error.message}`)),
    );
    sent.end(bodyOf(call));
  });
}

function compare({ expected }: Call, { status, body }: Answer): string | undefined {
  if (status !== expected.status) return `expected ${expected.status}`;
  if (expected.body !== undefined && !body.includes(expected.body))
    return `expected a body with ${JSON.stringify(expected.body)}`;
  const leaked =
    expected.bodyWithout !== undefined &&
    body.toLowerCase().includes(expected.bodyWithout.toLowerCase());
  return leaked ? 'the body holds what it must not' : undefined;
}

function headersOf({ headers = {}, bearer, body }: Call): Record<string, string> {
  return {
    ...headers,
    ...(body && { 'content-type': 'application/json' }),
    ...(bearer && { authorization: `Bearer ${bearer()}` }),
  };
}

function bodyOf({ body }: Call): string | undefined {
  return body && JSON.stringify(body);
}

/** The call as a command to paste into a shell. */
export function toCurl(call: Call, port: number): string {
  const { method = 'GET', path } = call;
  const fields = Object.entries(headersOf(call)).flatMap(([name, value]) => [
    '-H',
    quote(`${name}: ${value}`),
  ]);
  const verb = method === 'GET' ? [] : ['-X', method];
  const body = bodyOf(call);
  const data = body === undefined ? [] : ['-d', quote(body)];
  return ['curl', '-i', ...verb, quote(`http://localhost:${port}${path}`), ...fields, ...data].join(
    ' ',
  );
}

function quote(text: string): string {
  return /^[\w:/.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
