import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type LlmCall, prepareCall, readResponse, responseStream } from '../../lib/llm/call';
import type { RouteType } from '../../lib/llm/format';
import { modelAliases } from '../../lib/llm/model-alias';
import type { PathOptions, ProviderSettings } from '../../lib/llm/provider';
import type { RequestPolicy } from '../../lib/llm/request-policy';

/** Each file holds what comes in, then what goes out. `UPDATE_GOLDENS=1` writes the second part anew. */
const FOLDER = join(__dirname, 'testdata');
const MARK = '\n---\n# Output\n';
const UPDATE = process.env.UPDATE_GOLDENS === '1';
const NOW = 1_700_000_000_000;

interface Golden {
  readonly route: RouteType;
  readonly path?: string;
  readonly query?: string;
  readonly provider: ProviderSettings;
  readonly options?: PathOptions;
  readonly policy?: Omit<RequestPolicy, 'modelAliases'> & {
    readonly modelAliases?: Record<string, string>;
  };
  /** JSON as the client writes it, or an object. */
  readonly request: unknown;
  readonly response?: { readonly status?: number; readonly body: unknown };
  readonly stream?: string;
}

function bytes(body: unknown): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function shown(body: string | Uint8Array): unknown {
  const written = Buffer.from(body).toString('utf8');
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function answer(golden: Golden, call: LlmCall) {
  if (golden.stream !== undefined) {
    const stream = responseStream(call, () => NOW);
    const written = [stream.push(bytes(golden.stream)), stream.end()].map(String).join('');
    return { stream: written, seen: stream.seen };
  }
  if (!golden.response) return {};
  const { status = 200, body } = golden.response;
  const read = readResponse(call, status, bytes(body), NOW);
  return 'problem' in read ? { response: read } : { response: shown(read.body), seen: read.seen };
}

function play(golden: Golden): unknown {
  const { route, path = '/v1/chat/completions', query = '', provider, options, policy } = golden;
  const compiled = policy && { ...policy, modelAliases: modelAliases(policy.modelAliases) };
  const asked = { route, path, query };
  const target = { provider, ...options, policy: compiled };
  const call = prepareCall(target, asked, bytes(golden.request));
  if (!('path' in call)) return { request: call };
  return {
    path: call.path,
    request: typeof golden.request === 'string' ? String(call.body) : shown(call.body),
    ...answer(golden, call),
  };
}

describe('the exchange of', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

  it.each(files)('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const at = text.indexOf(MARK);
    const input = at < 0 ? text.trimEnd() : text.slice(0, at);
    const output = stringify(JSON.parse(JSON.stringify(play(parse(input)))), { lineWidth: 0 });
    if (UPDATE) writeFileSync(join(FOLDER, file), input + MARK + output);
    expect(output).toBe(UPDATE ? output : text.slice(at + MARK.length));
  });
});
