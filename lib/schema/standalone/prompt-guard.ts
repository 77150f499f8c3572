import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import {
  choice,
  expressions,
  flag,
  list,
  name,
  object,
  optional,
  ref,
  STATUS,
  text,
  texts,
} from './shared';

type Properties = Readonly<Record<string, Schema>>;

const POLICIES = optional('TargetPolicies', { description: 'How the service is called.' });

/** What looks at requests and at answers. */
const GUARDS: Properties = {
  regex: ref('RegexGuard'),
  webhook: ref('WebhookGuard'),
  bedrockGuardrails: ref('BedrockGuard'),
  googleModelArmor: ref('ModelArmorGuard'),
  azureContentSafety: ref('ContentSafetyGuard'),
};
const REQUEST_GUARDS: Properties = { ...GUARDS, openAIModeration: ref('ModerationGuard') };

export const PROMPT_GUARD: Definitions = {
  PromptGuard: object('Looks at what is said to models and by them.', {
    streaming: choice('Whether answers are looked at while they are streamed.', [
      'Disabled',
      'Enabled',
    ]),
    request: list('Guards of requests, in order.', ref('RequestGuard')),
    response: list('Guards of answers, in order.', ref('ResponseGuard')),
  }),
  RequestGuard: object(
    'Looks at a request.',
    {
      rejection: ref('Rejection'),
      scope: list(
        'Which parts it looks at.',
        choice('A part.', ['systemPrompt', 'messages', 'toolOutput', 'toolInput']),
        { minItems: 1, default: ['systemPrompt', 'messages'] },
      ),
      ...REQUEST_GUARDS,
    },
    { rules: [exactlyOneOf(...Object.keys(REQUEST_GUARDS))] },
  ),
  ResponseGuard: object(
    'Looks at an answer.',
    { rejection: ref('Rejection'), ...GUARDS },
    { rules: [exactlyOneOf(...Object.keys(GUARDS))] },
  ),
  Rejection: object('What those get who are refused.', {
    body: ref('Bytes', { description: 'The body. @default - a sentence that says so' }),
    status: { ...STATUS, default: 403 },
    headers: optional('HeaderModifier', { description: 'Changes to its headers.' }),
  }),
  RegexGuard: object(
    'Finds texts by regular expression.',
    {
      action: choice(
        'What happens to them: they are blotted out, or the request is refused.',
        ['mask', 'reject'],
        'mask',
      ),
      rules: list(
        'What to find.',
        object(
          'A kind of text.',
          {
            builtin: choice('One that is known.', [
              ...['ssn', 'creditCard', 'phoneNumber', 'email', 'caSin'],
            ]),
            pattern: { ...name('A regular expression.'), regularExpression: 'always' },
          },
          { rules: [exactlyOneOf('builtin', 'pattern')] },
        ),
      ),
    },
    { required: ['rules'] },
  ),
  WebhookGuard: object(
    'Asks a service of yours.',
    {
      target: ref('Target', { description: 'The service.' }),
      headers: expressions('Headers of the call: names and expressions.'),
      forwardHeaderMatches: list('Headers of the request that go along.', ref('HeaderMatch')),
      failureMode: choice('What happens when the service fails: requests are refused, or pass.', [
        'failClosed',
        'failOpen',
      ]),
    },
    { required: ['target'] },
  ),
  ModerationGuard: object("Asks OpenAI's moderation.", {
    model: text('The model that judges.'),
    policies: POLICIES,
  }),
  BedrockGuard: object(
    'Asks a guardrail of Amazon Bedrock.',
    {
      guardrailIdentifier: name('Its ID or ARN.'),
      guardrailVersion: name('Its version.'),
      region: name('Its region.'),
      policies: POLICIES,
    },
    { required: ['guardrailIdentifier', 'guardrailVersion', 'region'] },
  ),
  ModelArmorGuard: object(
    'Asks Google Cloud Model Armor.',
    {
      templateId: name('The template.'),
      projectId: name('Its project.'),
      location: text('Its location.'),
      policies: POLICIES,
    },
    { required: ['templateId', 'projectId'] },
  ),
  ContentSafetyGuard: object(
    'Asks Azure AI Content Safety.',
    {
      endpoint: name('The endpoint of the resource.'),
      policies: POLICIES,
      analyzeText: {
        ...object('Looks for harmful content.', {
          severityThreshold: {
            type: 'integer',
            format: 'int32',
            description: 'The severity from which on a text is refused.',
            nullable: true,
          },
          apiVersion: text('The version of the API.'),
          blocklistNames: { ...texts('Lists of words to look for.'), nullable: true },
          haltOnBlocklistHit: {
            ...flag('Whether to stop at the first of those words.'),
            nullable: true,
          },
        }),
        nullable: true,
      },
      detectJailbreak: {
        ...object('Looks for attempts to talk the model out of its rules.', {
          apiVersion: text('The version of the API.'),
        }),
        nullable: true,
      },
    },
    { required: ['endpoint'] },
  ),
};
