import { describe, expect, it } from 'vitest';
import type { LlmFormat, RouteType } from '../../lib/llm/format';
import {
  implicitCredentials,
  isAskable,
  type PathOptions,
  PROVIDER_KINDS,
  type ProviderSettings,
  providerHost,
  providerName,
  upstreamPath,
  whyNotRun,
} from '../../lib/llm/provider';
import { chooseFormat } from '../../lib/llm/translation';

const foundry: ProviderSettings = { kind: 'azure', resourceName: 'acme', resourceType: 'foundry' };

describe('a provider', () => {
  it.each<[ProviderSettings, string, string | undefined]>([
    [{ kind: 'openAI' }, 'openai', 'api.openai.com'],
    [{ kind: 'anthropic' }, 'anthropic', 'api.anthropic.com'],
    [{ kind: 'gemini' }, 'gcp.gemini', 'generativelanguage.googleapis.com'],
    [{ kind: 'azure', resourceName: 'acme' }, 'azure', 'acme.openai.azure.com'],
    [foundry, 'azure', 'acme.services.ai.azure.com'],
    [{ kind: 'vertex' }, 'gcp.vertex_ai', 'aiplatform.googleapis.com'],
    [{ kind: 'vertex', region: 'eu' }, 'gcp.vertex_ai', 'aiplatform.eu.rep.googleapis.com'],
    [{ kind: 'vertex', region: 'us-east5' }, 'gcp.vertex_ai', 'us-east5-aiplatform.googleapis.com'],
    [
      { kind: 'bedrock', region: 'eu-west-1' },
      'aws.bedrock',
      'bedrock-runtime.eu-west-1.amazonaws.com',
    ],
    [{ kind: 'copilot' }, 'copilot', 'api.githubcopilot.com'],
    [{ kind: 'custom' }, 'custom', undefined],
    [{ kind: 'custom', providerOverride: 'groq' }, 'groq', undefined],
  ])('%j is called %s at %s', (settings, name, host) => {
    expect(providerName(settings)).toBe(name);
    expect(providerHost(settings)).toBe(host);
  });

  it('that needs a cloud is not run, and says which', () => {
    const notRun = PROVIDER_KINDS.filter((kind) => whyNotRun(kind) !== undefined);
    expect(notRun).toEqual(['vertex', 'bedrock', 'copilot']);
    expect(whyNotRun('bedrock')).toContain('Bedrock');
    expect(implicitCredentials('azure')).toContain('Azure');
    expect(implicitCredentials('openAI')).toBeUndefined();
  });

  const at = (
    settings: ProviderSettings,
    format: LlmFormat,
    options: PathOptions = {},
    asked: { path?: string; query?: string; route?: RouteType } = {},
  ) => {
    const { path = '/client', query = '', route = format } = asked;
    return upstreamPath(settings, options, { route, path, query }, format, 'gpt-5');
  };

  it.each<[ProviderSettings, LlmFormat, string]>([
    [{ kind: 'openAI' }, 'completions', '/v1/chat/completions'],
    [{ kind: 'openAI' }, 'responses', '/v1/responses'],
    [{ kind: 'openAI' }, 'embeddings', '/v1/embeddings'],
    [{ kind: 'anthropic' }, 'messages', '/v1/messages'],
    [{ kind: 'anthropic' }, 'anthropicTokenCount', '/v1/messages/count_tokens'],
    [{ kind: 'gemini' }, 'completions', '/v1beta/openai/chat/completions'],
    [{ kind: 'azure', resourceName: 'a' }, 'completions', '/openai/v1/chat/completions'],
    [
      { kind: 'azure', resourceName: 'a', apiVersion: 'preview' },
      'responses',
      '/openai/v1/responses?api-version=preview',
    ],
    [
      { kind: 'azure', resourceName: 'a', apiVersion: '2024-10-21' },
      'completions',
      '/openai/deployments/gpt-5/chat/completions?api-version=2024-10-21',
    ],
    [
      { kind: 'azure', resourceName: 'a', apiVersion: 'x', model: 'mine' },
      'completions',
      '/openai/deployments/mine/chat/completions?api-version=x',
    ],
    [foundry, 'completions', '/api/projects/acme/openai/v1/chat/completions'],
    [{ ...foundry, projectName: 'p' }, 'embeddings', '/api/projects/p/openai/v1/embeddings'],
    [{ ...foundry, model: 'claude-opus-4-1' }, 'messages', '/anthropic/v1/messages'],
    [{ kind: 'custom', formats: [{ type: 'messages' }] }, 'messages', '/v1/messages'],
    [{ kind: 'custom', formats: [{ type: 'completions', path: '/c' }] }, 'completions', '/c'],
  ])('%j serves %s at %s', (settings, format, path) => {
    expect(at(settings, format)).toBe(path);
  });

  it.each<[string, PathOptions, string]>([
    ['an override, whatever else is said', { pathOverride: '/o?x=1', pathPrefix: '/p' }, '/o?x=1'],
    ['a prefix in place of the base', { pathPrefix: '/p/' }, '/p/chat/completions?q=1'],
    [
      'a prefix at another host',
      { pathPrefix: '/p', hostOverride: true },
      '/p/chat/completions?q=1',
    ],
    ['the own path of the client at another host', { hostOverride: true }, '/client?q=1'],
  ])('is asked at %s', (_what, options, path) => {
    expect(at({ kind: 'openAI' }, 'completions', options, { query: 'q=1' })).toBe(path);
  });

  it('is asked at the path of the client where nothing is read', () => {
    const passed = (path: string, options: PathOptions = {}) =>
      upstreamPath(
        { kind: 'openAI' },
        options,
        { route: 'passthrough', path, query: '' },
        undefined,
        '',
      );
    expect(passed('/v1/files')).toBe('/v1/files');
    expect(passed('/v1/files', { pathPrefix: '/p' })).toBe('/p/files');
    expect(passed('/v1x/files', { pathPrefix: '/p' })).toBe('/p/v1x/files');
  });

  it.each(['../../x', '..', '.', 'a/b', 'a?b', 'a#b', 'a%2fb', '', ' ', 'a\nb', '\ud800'])(
    'cannot be asked at another path by the model %j',
    (model) => {
      const azure: ProviderSettings = {
        kind: 'azure',
        resourceName: 'a',
        apiVersion: '2024-10-21',
      };
      expect(isAskable(azure, model)).toBe(false);
      expect(isAskable({ ...azure, apiVersion: 'v1' }, model)).toBe(true);
      expect(isAskable(azure, 'gpt-4.1_mini:x@1')).toBe(true);
    },
  );
});

describe('what a client writes', () => {
  const formats: readonly LlmFormat[] = [
    'completions',
    'messages',
    'responses',
    'embeddings',
    'anthropicTokenCount',
    'generateContent',
    'rerank',
    'realtime',
  ];
  const settings: readonly ProviderSettings[] = [
    { kind: 'openAI' },
    { kind: 'azure', resourceName: 'a' },
    { ...foundry, model: 'claude-x' },
    { kind: 'anthropic' },
    { kind: 'gemini' },
    { kind: 'custom', formats: [{ type: 'messages' }] },
    { kind: 'custom', formats: [{ type: 'completions' }] },
  ];

  it('is sent as it is, translated or refused', () => {
    const matrix = settings.map((provider) => {
      const cells = formats.map((client) => {
        const choice = chooseFormat(provider, client, 'gpt-5');
        return 'problem' in choice ? '—' : choice.format;
      });
      const formatsOf = provider.formats?.map(({ type }) => type).join() ?? provider.model ?? '';
      return `${provider.kind} ${formatsOf}: ${cells.join(' ')}`;
    });
    expect([`client: ${formats.join(' ')}`, ...matrix]).toMatchInlineSnapshot(`
      [
        "client: completions messages responses embeddings anthropicTokenCount generateContent rerank realtime",
        "openAI : completions completions responses embeddings — — rerank realtime",
        "azure : completions completions responses embeddings — — — —",
        "azure claude-x: completions messages responses embeddings anthropicTokenCount — — —",
        "anthropic : messages messages — — anthropicTokenCount — — —",
        "gemini : completions completions completions embeddings — — — —",
        "custom messages: messages messages — — — — — —",
        "custom completions: completions completions completions — — — — —",
      ]
    `);
  });
});
