import { describe, expect, it } from 'vitest';
import { encodingProblem, prepareCall, setCallHeaders } from '../../lib/llm/call';
import { bearer, setProviderHeaders } from '../../lib/llm/credentials';
import type { LlmFormat, RouteType } from '../../lib/llm/format';
import type { ProviderKind } from '../../lib/llm/provider';

function sent(
  kind: ProviderKind,
  fields: Record<string, string>,
  explicit = false,
  format: LlmFormat = 'messages',
) {
  const headers = Object.entries(fields).flat();
  setProviderHeaders(headers, { kind }, format, explicit);
  const pairs = headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : []));
  return Object.fromEntries(pairs);
}

describe('the credential of a provider', () => {
  it.each([
    ['key', 'Bearer key'],
    ['Bearer key', 'Bearer key'],
    ['bearer  key\n', 'Bearer key'],
  ])('%j is written as %j', (key, field) => {
    expect(bearer(key)).toBe(field);
  });

  it('goes into the field that Anthropic reads, in place of what the client sent there', () => {
    const fields = {
      authorization: 'Bearer k',
      'x-api-key': 'clients',
      'anthropic-version': '1999',
    };
    expect(sent('anthropic', fields)).toEqual({
      'x-api-key': 'k',
      'anthropic-version': '2023-06-01',
    });
  });

  it('stays a bearer token where Anthropic wants one, or the configuration says so', () => {
    const oauth = { authorization: 'Bearer sk-ant-oat01-x', 'x-api-key': 'clients' };
    const version = { 'anthropic-version': '2023-06-01' };
    expect(sent('anthropic', oauth)).toEqual({
      authorization: 'Bearer sk-ant-oat01-x',
      ...version,
    });
    const key = { authorization: 'Bearer k' };
    expect(sent('anthropic', key, true)).toEqual({ ...key, ...version });
  });

  it('stays what it is for all others', () => {
    const fields = { authorization: 'Bearer k', origin: 'https://a', 'x-api-key': 'x' };
    for (const kind of ['openAI', 'gemini', 'custom'] as const)
      expect(sent(kind, fields)).toEqual(fields);
    expect(sent('azure', fields, false, 'completions')).toEqual(fields);
    expect(sent('azure', fields)).toEqual({ ...fields, 'anthropic-version': '2023-06-01' });
  });

  it('of another scheme is not taken for a key', () => {
    expect(sent('anthropic', { authorization: 'Basic x' })).toMatchObject({
      authorization: 'Basic x',
    });
  });
});

it('Anthropic gets nothing that looks like a browser', () => {
  const fields = {
    origin: 'https://a',
    'sec-fetch-mode': 'cors',
    'sec-fetch-site': 'x',
    'access-control-request-method': 'POST',
    accept: '*/*',
  };
  expect(sent('anthropic', fields)).toEqual({ accept: '*/*', 'anthropic-version': '2023-06-01' });
});

describe('the fields of a request to a provider', () => {
  const call = (route: RouteType) => {
    const asked = { route, path: '/x', query: '' };
    const prepared = prepareCall(
      { provider: { kind: 'openAI' } },
      asked,
      Buffer.from('{"model":"m","messages":[]}'),
    );
    if (!('path' in prepared)) throw new Error(prepared.toString());
    return prepared;
  };

  it('ask for an answer that can be read, and tell no length that is not its own', () => {
    const headers = ['accept-encoding', 'gzip', 'content-length', '7', 'accept', '*/*'];
    setCallHeaders(headers, call('completions'));
    expect(headers).toEqual(['accept', '*/*']);
  });

  it('stay where nothing is read', () => {
    const headers = ['accept-encoding', 'gzip', 'content-length', '7'];
    setCallHeaders(headers, call('passthrough'));
    expect(headers).toHaveLength(4);
  });

  it('of a client must not say that the body is packed where it is read', () => {
    const packed = ['content-encoding', 'gzip'];
    expect(encodingProblem('completions', packed)).toEqual({
      status: 415,
      problem: 'unsupported content encoding: gzip',
    });
    expect(encodingProblem('passthrough', packed)).toBeUndefined();
    expect(encodingProblem('completions', ['content-encoding', 'identity'])).toBeUndefined();
    expect(encodingProblem('completions', [])).toBeUndefined();
  });
});
