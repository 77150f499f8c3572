import { atMostOneOf, exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { fallbackLast } from './fallback-last';
import { gatewaysExclude } from './gateways-exclude';
import { LLM_CALLS, VIRTUAL_MODEL_TARGETS } from './llm-rules';
import { GATEWAY_POLICIES } from './policies';
import {
  choice,
  expressions,
  flag,
  list,
  name,
  object,
  open,
  optional,
  PORT,
  ref,
  text,
  whole,
} from './shared';

type Properties = Readonly<Record<string, Schema>>;

const PRESETS = [
  ...['cohere', 'ollama', 'baseten', 'cerebras', 'deepinfra', 'deepseek', 'groq', 'huggingface'],
  ...['mistral', 'openrouter', 'togetherai', 'xai', 'fireworks'],
];
const BUILTIN = [
  ...['openai', 'openAI', 'gemini', 'vertex', 'anthropic', 'bedrock', 'azure', 'copilot'],
];

function fields(description: string): Schema {
  return { ...open(description), nullable: true };
}

/** What a provider sets for its models, and each model for itself. */
const SETTINGS: Properties = {
  defaults: fields('Fields of the request, for callers who left them out.'),
  overrides: fields('Fields of the request, whatever the caller wrote.'),
  transformation: expressions('Fields of the request by expression.', { nullable: true }),
  requestHeaders: optional('HeaderModifier', { description: 'Changes to headers of requests.' }),
  responseHeaders: optional('HeaderModifier', { description: 'Changes to headers of answers.' }),
  backendTLS: optional('BackendTls'),
  tls: optional('BackendTls', { description: 'The same as `backendTLS`.' }),
  auth: optional('BackendAuth'),
  health: optional('Health'),
  backendTunnel: optional('Tunnel'),
  promptCaching: optional('PromptCaching'),
};

const ONE_TLS = atMostOneOf('backendTLS', 'tls');

const VIRTUAL_TARGET: Properties = { model: name('An entry of `models`, by name.') };

function routing(
  description: string,
  further: Properties,
  required: string[] = [],
  beside: Schema = {},
): Schema {
  return {
    ...object(
      description,
      {
        targets: list(
          'The models.',
          object(
            'A model.',
            { ...VIRTUAL_TARGET, ...further },
            { required: ['model', ...required] },
          ),
          { minItems: 1, ...beside },
        ),
      },
      { required: ['targets'] },
    ),
    nullable: true,
  };
}

export const LLM_DEFINITIONS: Definitions = {
  LlmProvider: object(
    'A provider that several models refer to.',
    {
      name: name('The name by which models refer to it.'),
      provider: ref('ModelProvider'),
      params: ref('ModelParams'),
      defaults: {
        ...object('What its models have if they say nothing.', SETTINGS, { rules: [ONE_TLS] }),
        nullable: true,
      },
    },
    { required: ['name', 'provider'] },
  ),
  ModelProvider: {
    description:
      'Who runs the model: a name, `{reference: …}` to an entry of `providers`, or `{custom: …}`.',
    anyOf: [
      { type: 'string', enum: [...BUILTIN, ...PRESETS] },
      object(
        'A provider.',
        {
          reference: name('An entry of `providers`, by name.'),
          custom: ref('CustomProvider'),
        },
        { rules: [exactlyOneOf('reference', 'custom')] },
      ),
    ],
  },
  ModelParams: object('How the provider is reached.', {
    model: text("The provider's name of the model. @default - the name that callers use"),
    apiKey: optional('FileOrInline', { description: 'The API key.' }),
    awsRegion: text('The region, with Amazon Bedrock.'),
    vertexRegion: text('The region, with Vertex AI.'),
    vertexProject: text('The project, with Vertex AI.'),
    azureResourceName: text('The resource, with Azure.'),
    azureResourceType: optional('AzureResourceType'),
    azureApiVersion: text('The version of the API, with Azure.'),
    azureProjectName: text('The project, with Azure.'),
    baseUrl: text('Where the provider is, such as `https://llm.example.com/v1`.'),
    hostOverride: { ...text('`host:port` of the provider.'), deprecated: 'write `baseUrl`' },
    pathOverride: { ...text('The path of requests.'), deprecated: 'write `baseUrl`' },
    pathPrefix: { ...text('What stands before the path.'), deprecated: 'write `baseUrl`' },
    tokenize: flag('Whether tokens are counted before the request goes on.', false),
  }),
  LlmModel: object(
    'A model that callers may ask for.',
    {
      id: text('A stable identity, for logs.'),
      name: {
        ...name('The name that callers use; `*` stands for any, alone, first or last.'),
        pattern: '^(\\*?[^*]*|[^*]*\\*)$',
        patternMeans: 'a name in which `*` stands once at most, first or last',
      },
      visibility: choice('Whether callers may ask for it, or only virtual models.', [
        'public',
        'internal',
      ]),
      provider: ref('ModelProvider'),
      params: ref('ModelParams'),
      passthrough: {
        ...choice('Passes requests on as they are, looked at or not.', ['detect', 'opaque']),
        nullable: true,
      },
      authorization: optional('RuleSet'),
      ...SETTINGS,
      finalTransformation: expressions(
        'Fields of the request by expression, in the form that the provider gets.',
        { nullable: true },
      ),
      guardrails: optional('PromptGuard'),
      matches: list(
        'Only requests that meet one of these.',
        object('Conditions on a request.', {
          headers: list('Headers that the request must have.', ref('HeaderMatch')),
        }),
      ),
    },
    { required: ['name', 'provider'], rules: [ONE_TLS] },
  ),
  LlmVirtualModel: object(
    'A name that stands for several models.',
    {
      name: name('The name that callers use.'),
      routing: object(
        'How one of them is chosen.',
        {
          weighted: routing('By chance.', {
            weight: whole('Its share.', 64, { default: 1 }),
          }),
          failover: routing(
            'The first that works.',
            { priority: whole('Smaller ones come first.', 64) },
            ['priority'],
          ),
          conditional: routing(
            'The first whose condition holds.',
            { when: optional('Expression', { description: 'The condition. @default - always' }) },
            [],
            { rules: [fallbackLast('when')] },
          ),
        },
        { rules: [exactlyOneOf('weighted', 'failover', 'conditional')] },
      ),
    },
    { required: ['name', 'routing'] },
  ),
  LlmPolicies: object('What runs on requests for models.', {
    ...GATEWAY_POLICIES,
    guardrails: optional('PromptGuard'),
    localRateLimit: list('Limits that must all be kept.', ref('LocalRateLimit')),
    remoteRateLimit: optional('RemoteRateLimit'),
  }),
};

export const LLM: Schema = {
  ...object(
    'Models, in short: a port that speaks the APIs of OpenAI and others, and the models behind it.',
    {
      gateways: ref('GatewayRefs', {
        description: 'Entries of `gateways` to serve on, in place of a port of its own.',
      }),
      port: { ...PORT, description: 'Its port.', default: 4000, nullable: true },
      tls: { $ref: '#/$defs/ServerTls', nullable: true },
      providers: list('Providers that models refer to.', ref('LlmProvider')),
      models: list('The models.', ref('LlmModel')),
      virtualModels: list('Names that stand for several models.', ref('LlmVirtualModel')),
      policies: optional('LlmPolicies'),
    },
    {
      required: ['models'],
      rules: [gatewaysExclude('port', 'tls'), LLM_CALLS, VIRTUAL_MODEL_TARGETS],
    },
  ),
  nullable: true,
};
