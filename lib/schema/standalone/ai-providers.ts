import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { choice, flag, list, name, notRun, object, optional, ref, text } from './shared';

type Properties = Readonly<Record<string, Schema>>;

const MODEL = text("The model, whatever the caller asks for. @default - the caller's");

const PROVIDERS: Properties = {
  openAI: ref('OpenAiProvider'),
  gemini: object('Google Gemini.', { model: MODEL }),
  vertex: notRun(
    object(
      'Google Vertex AI.',
      {
        model: MODEL,
        region: text('Its region. @default - global'),
        projectId: name('The project.'),
      },
      { required: ['projectId'] },
    ),
    'Vertex AI needs credentials of Google Cloud: run this file with agentgateway',
  ),
  anthropic: object('Anthropic.', { model: MODEL }),
  bedrock: notRun(
    object(
      'Amazon Bedrock.',
      {
        model: MODEL,
        region: name('Its region.'),
        guardrailIdentifier: text('A guardrail.'),
        guardrailVersion: text("The guardrail's version."),
      },
      { required: ['region'] },
    ),
    'Bedrock needs requests that are signed with credentials of AWS: run this file with agentgateway',
  ),
  azure: object(
    'Azure OpenAI, or Azure AI Foundry.',
    {
      model: MODEL,
      resourceName: name('The resource.'),
      resourceType: ref('AzureResourceType'),
      apiVersion: text('The version of the API.'),
      projectName: text('The project, where there is one.'),
    },
    { required: ['resourceName', 'resourceType'] },
  ),
  copilot: notRun(
    object('GitHub Copilot.', { model: MODEL }),
    'Copilot needs a token of GitHub that is exchanged again and again: run this file with agentgateway',
  ),
  custom: ref('CustomProvider'),
};

export const AI_PROVIDERS: Definitions = {
  AiProvider: object('Who runs the model.', PROVIDERS, {
    rules: [exactlyOneOf(...Object.keys(PROVIDERS))],
  }),
  OpenAiProvider: object('OpenAI, or who speaks its language.', {
    model: MODEL,
    moderation: notRun({
      ...object('Lets OpenAI judge prompts and answers as they go.', {
        model: { ...name('The model that judges.'), default: 'omni-moderation-latest' },
        policy: {
          ...object('What is done with the judgement.', {
            input: optional('ModerationMode', { description: 'Of prompts.' }),
            output: optional('ModerationMode', { description: 'Of answers.' }),
          }),
          nullable: true,
        },
      }),
      nullable: true,
    }),
  }),
  ModerationMode: object(
    'What is done with a judgement.',
    { mode: choice('It is noted, or what is harmful is refused.', ['score', 'block']) },
    { required: ['mode'] },
  ),
  AzureResourceType: choice('What kind of resource it is.', ['openAI', 'foundry', 'aiServices']),
  CustomProvider: object(
    'Any other, by the forms of requests that it takes.',
    {
      model: MODEL,
      providerOverride: text('How logs and metrics name it.'),
      formats: list(
        'The forms that it takes.',
        object(
          'A form.',
          {
            type: choice('Which.', [
              ...['completions', 'messages', 'responses', 'embeddings', 'anthropicTokenCount'],
              ...['generateContent', 'geminiCountTokens', 'realtime', 'rerank'],
            ]),
            path: text('Its path. @default - that of the form'),
          },
          { required: ['type'] },
        ),
        { minItems: 1 },
      ),
    },
    { required: ['formats'] },
  ),
  NamedAiProvider: object(
    'A provider and how it is called.',
    {
      name: name('Its name, for logs.'),
      provider: ref('AiProvider'),
      hostOverride: text('`host:port` in place of that of the provider.'),
      pathOverride: text('A path in place of that of the provider.'),
      pathPrefix: text('What stands before the path.'),
      tokenize: flag('Whether tokens are counted before the request goes on.', false),
      policies: optional('BackendPolicies'),
    },
    { required: ['name', 'provider'] },
  ),
  AiBackend: {
    description: 'A model: one provider, or groups of them.',
    anyOf: [
      object(
        'Groups of providers; a group takes over when those before it fail.',
        {
          groups: list(
            'The groups, the preferred one first.',
            object(
              'Providers of equal rank.',
              { providers: list('The providers.', ref('NamedAiProvider')) },
              { required: ['providers'] },
            ),
          ),
        },
        { required: ['groups'] },
      ),
      ref('NamedAiProvider'),
    ],
  },
};
