import { atLeastOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { PROMPT_GUARD_DEFINITIONS } from './prompt-guard';

/** What the gateway takes a request for, and so what it reads, counts, guards and translates in it. */
const API_FORMATS = [
  'AnthropicTokenCount',
  'Completions',
  'Detect',
  'Embeddings',
  'GeminiCountTokens',
  'GenerateContent',
  'Messages',
  'Models',
  'Passthrough',
  'Realtime',
  'Rerank',
  'Responses',
];

/** Changes of fields of the request's JSON body, which a Model keys by field. */
export function fieldList(description: string, entry: string): Schema {
  return {
    type: 'array',
    description,
    items: { $ref: `#/$defs/${entry}` },
    minItems: 1,
    maxItems: 64,
  };
}

export const TRANSFORMATIONS =
  'Fields that expressions compute from the request as the client wrote it, after `overrides`. Where an expression cannot be evaluated the field is removed.';
export const FINAL_TRANSFORMATIONS =
  'Fields that expressions compute in the request as the provider gets it, last of all, after it is translated into the provider’s own format.';

const FIELD: Schema = {
  type: 'string',
  description: 'The name of the field, `temperature`.',
  minLength: 1,
  maxLength: 256,
};

function messages(description: string): Schema {
  return { type: 'array', description, items: { $ref: '#/$defs/ChatMessage' } };
}

export const AI_POLICIES_DEFINITIONS: Definitions = {
  ...PROMPT_GUARD_DEFINITIONS,
  FieldValue: {
    type: 'object',
    description: 'A field of the request and its value.',
    properties: {
      field: FIELD,
      value: {
        description: 'Any value: a number, a text, a list, a map.',
        'x-kubernetes-preserve-unknown-fields': true,
      },
    },
    required: ['field', 'value'],
  },
  FieldExpression: {
    type: 'object',
    description: 'A field of the request and the expression that gives its value.',
    properties: {
      field: FIELD,
      expression: {
        $ref: '#/$defs/Expression',
        description: 'A CEL expression, such as `min(llmRequest.max_tokens, 1000)`.',
      },
    },
    required: ['expression', 'field'],
  },
  ChatMessage: {
    type: 'object',
    description: 'A message.',
    properties: {
      role: { type: 'string', description: 'Whose it is: `system`, `user` or `assistant`.' },
      content: { type: 'string', description: 'Its text.' },
    },
    required: ['content', 'role'],
  },
  AIPolicies: {
    type: 'object',
    description: 'What happens to requests to language models and to their answers.',
    properties: {
      routes: {
        type: 'object',
        description:
          'Which format requests have, by the end of their path: `/v1/chat/completions: Completions`, `/v1/messages: Messages`; the longest wins, `*` stands for all others. `Passthrough` and `Realtime` go through without guards, limits and changes. @default - every request is taken for Completions',
        additionalProperties: { type: 'string', enum: API_FORMATS },
      },
      modelAliases: {
        type: 'object',
        description:
          'Which model stands for the name that a client writes: `fast: gpt-4o-mini`; `*` at an end of the name stands for any text, and an exact name comes first.',
        additionalProperties: { type: 'string' },
        maxProperties: 64,
      },
      defaults: fieldList('Fields that get this value where the client wrote none.', 'FieldValue'),
      overrides: fieldList('Fields that get this value whatever the client wrote.', 'FieldValue'),
      transformations: fieldList(TRANSFORMATIONS, 'FieldExpression'),
      finalTransformations: fieldList(FINAL_TRANSFORMATIONS, 'FieldExpression'),
      prompt: {
        type: 'object',
        description: 'Messages that are added to every conversation.',
        properties: {
          prepend: messages('Before those of the client, such as a system prompt.'),
          append: messages('After those of the client.'),
        },
      },
      promptCaching: { $ref: '#/$defs/PromptCaching' },
      promptGuard: { $ref: '#/$defs/PromptGuard' },
    },
    rules: [
      atLeastOneOf(
        'defaults',
        'finalTransformations',
        'modelAliases',
        'overrides',
        'prompt',
        'promptCaching',
        'promptGuard',
        'routes',
        'transformations',
      ),
    ],
  },
  PromptCaching: {
    type: 'object',
    description:
      'Marks what providers that ask for marks, such as Amazon Bedrock, may keep of a prompt; what they have kept is cheaper the next time.',
    properties: {
      cacheSystem: {
        type: 'boolean',
        description: 'Whether system prompts are marked.',
        default: true,
      },
      cacheMessages: {
        type: 'boolean',
        description: 'Whether the conversation is marked.',
        default: true,
      },
      cacheMessageOffset: {
        type: 'integer',
        description:
          'How many messages before the usual place the mark stands, for conversations whose last messages change.',
        minimum: 0,
        default: 0,
      },
      cacheTools: {
        type: 'boolean',
        description: 'Whether the descriptions of tools are marked.',
        default: false,
      },
      minTokens: {
        type: 'integer',
        description:
          'Prompts that are shorter than so many tokens, roughly counted, are not marked.',
        minimum: 0,
        default: 1024,
      },
    },
  },
};
