import type { Definitions } from '../schema';
import {
  choice,
  expressions,
  flag,
  list,
  map,
  name,
  notRun,
  object,
  open,
  optional,
  size,
  whole,
} from './shared';

const ROUTE_TYPES = [
  ...['completions', 'messages', 'models', 'passthrough', 'detect', 'responses', 'embeddings'],
  ...['realtime', 'anthropicTokenCount', 'generateContent', 'geminiCountTokens', 'rerank'],
];

export const AI: Definitions = {
  AiPolicy: object('What is done to requests for models.', {
    promptGuard: notRun(optional('PromptGuard')),
    defaults: {
      ...open('Fields of the request, for callers who left them out: `temperature: 0.2`.'),
      nullable: true,
    },
    overrides: {
      ...open('Fields of the request, whatever the caller wrote.'),
      nullable: true,
    },
    transformations: {
      ...expressions('Fields of the request by expression, before it is translated.'),
      nullable: true,
    },
    finalTransformations: {
      ...expressions('Fields of the request by expression, in the form that the provider gets.'),
      nullable: true,
    },
    prompts: optional('PromptEnrichment'),
    modelAliases: map('Names by which callers ask for a model, and the model.', {
      type: 'string',
    }),
    promptCaching: notRun(optional('PromptCaching')),
    routes: map(
      'What is spoken on which path, by the end of the path; `*` for the others.',
      choice('A form of requests.', ROUTE_TYPES),
    ),
  }),
  PromptEnrichment: object('Messages that are put into every prompt.', {
    append: list('After those of the caller.', { $ref: '#/$defs/ChatMessage' }),
    prepend: list('Before those of the caller.', { $ref: '#/$defs/ChatMessage' }),
  }),
  ChatMessage: object(
    'A message.',
    { role: name('Who speaks: `system`, `user`, `assistant`.'), content: name('What is said.') },
    { required: ['role', 'content'] },
  ),
  PromptCaching: object('Asks the provider to remember the beginning of prompts.', {
    cacheSystem: flag('System prompts.', true),
    cacheMessages: flag('Messages.', true),
    cacheTools: flag('Definitions of tools.', false),
    minTokens: { ...size('How many tokens a prompt must have.'), default: 1024 },
    cacheMessageOffset: whole('How many of the last messages are left out.', 64, { default: 0 }),
  }),
};
