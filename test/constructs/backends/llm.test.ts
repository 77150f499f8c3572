import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { LlmBackend, type LlmBackendProps } from '../../../lib/constructs/backends/llm';
import { LlmAuth } from '../../../lib/constructs/backends/llm-auth';
import { LlmFormat } from '../../../lib/constructs/backends/llm-format';
import {
  AzureResourceType,
  LlmModeration,
  LlmProvider,
} from '../../../lib/constructs/backends/llm-provider';
import { Cel } from '../../../lib/constructs/cel';
import { CredentialLocation } from '../../../lib/constructs/policies/credential-location';
import { SecretReference } from '../../../lib/constructs/secret-reference';
import { validate } from '../../../lib/schema/validate';
import { chart, spec, synthesized } from '../trees';

const secret = SecretReference.fromSecretName('llm');
const service = { apiVersion: 'v1', kind: 'Service', name: 'vllm' };
const completions = [{ type: LlmFormat.COMPLETIONS }];
const openAi = LlmProvider.openAi();

function built(props: LlmBackendProps): Record<string, unknown> {
  const scope = chart();
  new LlmBackend(scope, 'Llm', props);
  const [object] = synthesized(scope, 'AgentgatewayBackend');
  expect(validate(object)).toEqual([]);
  return spec(scope, 'AgentgatewayBackend') as Record<string, unknown>;
}

describe('an LlmBackend', () => {
  it.each<[LlmProvider, object]>([
    [LlmProvider.openAi({ model: 'gpt-4.1-nano' }), { openai: { model: 'gpt-4.1-nano' } }],
    [
      LlmProvider.openAi({ moderateInput: LlmModeration.BLOCK, moderationModel: 'judge' }),
      { openai: { moderation: { model: 'judge', policy: { input: { mode: 'Block' } } } } },
    ],
    [
      LlmProvider.azureOpenAi({
        endpoint: 'shop.openai.azure.com',
        deploymentName: 'nano',
        apiVersion: '2024-10-21',
      }),
      {
        azureopenai: {
          endpoint: 'shop.openai.azure.com',
          deploymentName: 'nano',
          apiVersion: '2024-10-21',
        },
      },
    ],
    [
      LlmProvider.azure({ resourceName: 'shop', model: 'gpt-4.1' }),
      { azure: { resourceName: 'shop', resourceType: 'OpenAI', model: 'gpt-4.1' } },
    ],
    [
      LlmProvider.azure({
        resourceName: 'shop',
        resourceType: AzureResourceType.FOUNDRY,
        projectName: 'cart',
      }),
      { azure: { resourceName: 'shop', resourceType: 'Foundry', projectName: 'cart' } },
    ],
    [LlmProvider.anthropic({ model: 'claude' }), { anthropic: { model: 'claude' } }],
    [LlmProvider.gemini(), { gemini: {} }],
    [
      LlmProvider.vertexAi({ projectId: 'shop', region: 'eu' }),
      { vertexai: { projectId: 'shop', region: 'eu' } },
    ],
    [
      LlmProvider.bedrock({
        region: 'eu-central-1',
        guardrail: { identifier: 'g', version: 'DRAFT' },
      }),
      { bedrock: { region: 'eu-central-1', guardrail: { identifier: 'g', version: 'DRAFT' } } },
    ],
    [
      LlmProvider.fromService(service, { port: 8000, formats: completions, model: 'qwen' }),
      {
        custom: {
          model: 'qwen',
          formats: [{ type: 'Completions' }],
          backendRef: { name: 'vllm', port: 8000 },
        },
      },
    ],
  ])('asks %o', (provider, expected) => {
    expect(built({ provider })).toEqual({ ai: { provider: expected } });
  });

  it('calls another host by TLS, unless it is told not to', () => {
    const formats = [{ type: LlmFormat.MESSAGES, path: '/claude' }];
    expect(built({ provider: LlmProvider.custom({ host: 'llm.example.com', formats }) })).toEqual({
      ai: {
        provider: {
          custom: { formats: [{ type: 'Messages', path: '/claude' }] },
          host: 'llm.example.com',
          port: 443,
        },
      },
      policies: { tls: {} },
    });
    const plain = { host: '127.0.0.1', port: 9000, tls: false, pathPrefix: '/openai' };
    expect(built({ provider: LlmProvider.openAi(plain) })).toEqual({
      ai: { provider: { openai: {}, host: '127.0.0.1', port: 9000, pathPrefix: '/openai' } },
    });
    const inside = LlmProvider.fromService(service, { port: 443, formats: completions, tls: true });
    expect(built({ provider: inside }).policies).toEqual({ tls: {} });
  });

  it.each<[LlmAuth, object]>([
    [LlmAuth.fromSecret(secret), { secretRef: { name: 'llm' } }],
    [
      LlmAuth.fromSecret(secret, { key: 'team', location: CredentialLocation.header('x-key') }),
      { secretRef: { name: 'llm', key: 'team' }, location: { header: { name: 'x-key' } } },
    ],
    [LlmAuth.passthrough(), { passthrough: {} }],
    [LlmAuth.aws(), { aws: {} }],
    [
      LlmAuth.aws({ secret, region: 'eu-central-1' }),
      { aws: { secretRef: { name: 'llm' }, region: 'eu-central-1' } },
    ],
    [LlmAuth.azure({ secret }), { azure: { secretRef: { name: 'llm' } } }],
    [LlmAuth.gcp({ secret, key: 'k' }), { gcp: { secretRef: { name: 'llm', key: 'k' } } }],
    [LlmAuth.gcp(), { gcp: {} }],
  ])('proves who calls by %o', (auth, expected) => {
    expect(built({ provider: openAi, auth }).policies).toEqual({ auth: expected });
  });

  it('changes requests', () => {
    const { policies } = built({
      provider: openAi,
      modelAliases: { fast: 'gpt-4.1-nano', 'claude-*': 'gpt-4.1' },
      defaults: { temperature: 0.2 },
      overrides: { user: 'shop', metadata: { team: 'cart' } },
      transformations: { max_tokens: Cel.of('min(llmRequest.max_tokens, 1000)') },
      finalTransformations: { store: Cel.of('false') },
      prompt: {
        prepend: [{ role: 'system', content: 'be brief' }],
        append: [{ role: 'user', content: 'thanks' }],
      },
      promptCaching: { cacheTools: true },
      routes: { '/v1/messages': LlmFormat.MESSAGES, '*': LlmFormat.PASSTHROUGH },
      requestTimeout: Duration.minutes(2),
    });
    expect(policies).toEqual({
      http: { requestTimeout: '2m' },
      ai: {
        modelAliases: { fast: 'gpt-4.1-nano', 'claude-*': 'gpt-4.1' },
        defaults: [{ field: 'temperature', value: 0.2 }],
        overrides: [
          { field: 'user', value: 'shop' },
          { field: 'metadata', value: { team: 'cart' } },
        ],
        transformations: [{ field: 'max_tokens', expression: 'min(llmRequest.max_tokens, 1000)' }],
        finalTransformations: [{ field: 'store', expression: 'false' }],
        prompt: {
          prepend: [{ role: 'system', content: 'be brief' }],
          append: [{ role: 'user', content: 'thanks' }],
        },
        promptCaching: { cacheTools: true },
        routes: { '/v1/messages': 'Messages', '*': 'Passthrough' },
      },
    });
  });

  it('fails over from group to group', () => {
    const claude = LlmProvider.anthropic({ host: 'claude.example.com' });
    const backend = built({
      health: {
        unhealthyCondition: Cel.of('response.code >= 500'),
        eviction: { duration: Duration.seconds(10), consecutiveFailures: 3, restoreHealth: 50 },
      },
      groups: [
        { providers: [{ name: 'openai', provider: openAi, auth: LlmAuth.fromSecret(secret) }] },
        { providers: [{ name: 'claude', provider: claude }] },
      ],
    });
    expect(backend).toEqual({
      ai: {
        groups: [
          {
            providers: [
              {
                name: 'openai',
                openai: {},
                policies: { auth: { secretRef: { name: 'llm' } } },
              },
            ],
          },
          {
            providers: [
              {
                name: 'claude',
                anthropic: {},
                host: 'claude.example.com',
                port: 443,
                policies: { tls: {} },
              },
            ],
          },
        ],
      },
      policies: {
        health: {
          unhealthyCondition: 'response.code >= 500',
          eviction: { duration: '10s', consecutiveFailures: 3, restoreHealth: 50 },
        },
      },
    });
  });

  it('reads Secrets and reaches Services of its own namespace only', () => {
    const scope = chart({ namespace: 'shop' });
    const metadata = { namespace: 'llm' };
    const key = new kplus.Secret(scope, 'Key');
    const server = new kplus.Service(scope, 'Server', { ports: [{ port: 80 }] });
    expect(
      () =>
        new LlmBackend(scope, 'A', { metadata, provider: openAi, auth: LlmAuth.fromSecret(key) }),
    ).toThrow('Secret `test-key` is in namespace `shop`, but LlmBackend test/A reads');
    const provider = LlmProvider.fromService(server, { port: 80, formats: completions });
    expect(() => new LlmBackend(scope, 'B', { metadata, provider })).toThrow(
      'Service `test-server` is in namespace `shop`, but LlmBackend test/B reaches Services of its own namespace `llm` only',
    );
    const groups = [
      { providers: [{ name: 'a', provider: openAi, auth: LlmAuth.fromSecret(key) }] },
    ];
    expect(() => new LlmBackend(scope, 'C', { metadata, groups })).toThrow('LlmBackend test/C');
  });

  const eviction = { consecutiveFailures: 1 };
  const member = { name: 'a', provider: openAi };
  it.each<[LlmBackendProps, string]>([
    [{}, 'LlmBackend test/Llm needs either `provider` or `groups`, got none'],
    [{ provider: openAi, groups: [{ providers: [member] }] }, 'or `groups`, got both'],
    [{ groups: [] }, 'takes 1 to 8 groups, got 0'],
    [{ groups: [{ providers: [] }] }, 'takes 1 to 16 providers, got 0'],
    [{ groups: [{ providers: [member, member] }] }, 'names two providers of a group "a"'],
    [{ groups: [{ providers: [{ ...member, name: 'A b' }] }] }, 'provider of LlmBackend test/Llm'],
    [
      { groups: [{ providers: [member] }, { providers: [member] }] },
      'never fails over from provider "a" to the next group, since nothing says when it is left out',
    ],
    [
      {
        health: { eviction },
        groups: [{ providers: [{ ...member, health: {} }] }, { providers: [member] }],
      },
      'never fails over from provider "a"',
    ],
    [
      { provider: openAi, health: { eviction: { healthThreshold: 120 } } },
      'healthThreshold must be a whole number from 0 to 100, got 120',
    ],
    [{ provider: openAi, defaults: {} }, 'defaults takes 1 to 64 entries, got 0'],
    [{ provider: openAi, overrides: { '': 1 } }, 'overrides has a name of 0 characters'],
    [{ provider: openAi, modelAliases: { 'a*b': 'c' } }, 'model alias "a*b" has a "*"'],
    [{ provider: openAi, routes: { 'v1/x': LlmFormat.DETECT } }, 'must be the end of a path'],
    [{ provider: openAi, prompt: { append: [{ role: '', content: '' }] } }, 'needs a `role`'],
  ])('refuses what would do nothing or be refused: %#', (props, message) => {
    expect(() => new LlmBackend(chart(), 'Llm', props)).toThrow(message);
  });
});

describe('an LlmProvider', () => {
  const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'k' };
  it.each<[() => LlmProvider, string]>([
    [() => LlmProvider.openAi({ host: 'https://a.example' }), 'write it without scheme'],
    [() => LlmProvider.openAi({ host: 'a.example:443' }), 'host "a.example:443" is no host name'],
    [() => LlmProvider.openAi({ port: 443 }), 'port 443 is of no host; give `host`'],
    [() => LlmProvider.openAi({ tls: false }), '`tls` is of no host; give `host`'],
    [() => LlmProvider.openAi({ pathPrefix: '/v1' }), 'stands before the paths of no host'],
    [() => LlmProvider.openAi({ host: 'a.example', port: 0 }), 'from 1 to 65535, got 0'],
    [() => LlmProvider.openAi({ path: 'v1' }), 'path "v1" must begin with "/"'],
    [
      () => LlmProvider.openAi({ host: 'a.example', path: '/a', pathPrefix: '/b' }),
      '`path` and `pathPrefix` exclude each other',
    ],
    [() => LlmProvider.openAi({ model: '' }), 'model must have 1 to 256 characters, got 0'],
    [() => LlmProvider.openAi({ moderationModel: 'm' }), 'moderationModel "m" judges nothing'],
    [
      () => LlmProvider.azureOpenAi({ endpoint: 'https://shop.openai.azure.com' }),
      'endpoint "https://shop.openai.azure.com" is no host name',
    ],
    [
      () => LlmProvider.azureOpenAi({ endpoint: 'a.openai.azure.com', apiVersion: '2024-10-21' }),
      'apiVersion "2024-10-21" needs a deployment',
    ],
    [
      () => LlmProvider.azure({ resourceName: 'shop.openai.azure.com' }),
      'must be the first part of the host alone',
    ],
    [
      () => LlmProvider.azure({ resourceName: 'a', resourceType: AzureResourceType.FOUNDRY }),
      'resource "a" of AI Foundry needs a project; give `projectName`',
    ],
    [() => LlmProvider.vertexAi({ projectId: '' }), 'projectId must have 1 to 64 characters'],
    [() => LlmProvider.bedrock({ region: 'EU' }), 'region "EU" is none of AWS'],
    [() => LlmProvider.custom({ formats: completions }), 'LlmProvider.custom needs `host`'],
    [
      () => LlmProvider.custom({ host: 'a.example', formats: [] }),
      'a provider speaks 1 to 6 formats, got 0',
    ],
    [
      () => LlmProvider.custom({ host: 'a.example', formats: [...completions, ...completions] }),
      'format Completions is named twice',
    ],
    [
      () => LlmProvider.custom({ host: 'a.example', formats: [{ type: LlmFormat.DETECT }] }),
      'format Detect is served by no server; write one of Completions',
    ],
    [
      () =>
        LlmProvider.custom({
          host: 'a.example',
          path: '/a',
          formats: [{ type: LlmFormat.COMPLETIONS, path: '/b' }],
        }),
      'beside formats with paths of their own; keep one way',
    ],
    [
      () => LlmProvider.fromService(knative, { port: 80, formats: completions }),
      'LlmProvider.fromService takes a Service, got Service `k`',
    ],
  ])('refuses %#', (build, message) => {
    expect(build).toThrow(message);
  });
});

describe('an LlmAuth', () => {
  it.each<[() => LlmAuth, string]>([
    [() => LlmAuth.fromSecret(service), 'the source of an API key must be a Secret, got Service'],
    [() => LlmAuth.fromSecret(secret, { key: 'a/b' }), 'entry "a/b" of Secret `llm` must have'],
    [() => LlmAuth.gcp({ key: 'a' }), '`key` "a" of no Secret; give `secret`'],
    [() => LlmAuth.aws({ secret: service }), 'the source of credentials for AWS must be a Secret'],
    [
      () => LlmAuth.fromSecret(secret, { location: CredentialLocation.expression('"a"') }),
      'is put into a header, a query parameter or a cookie, not into an expression',
    ],
  ])('refuses %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
