import { atLeastOneOf, exactlyOneOf, uniqueBy } from '../rule';
import type { Definitions } from '../schema';
import { AI_PROVIDERS_DEFINITIONS, PROVIDER_FIELDS, PROVIDER_RULES } from './ai-providers';
import { PROVIDER_POLICIES } from './backend-policies';

export const AI_BACKEND_DEFINITIONS: Definitions = {
  ...AI_PROVIDERS_DEFINITIONS,
  AIBackend: {
    type: 'object',
    description: 'Language models: one provider, or several that stand in for each other.',
    properties: {
      provider: { $ref: '#/$defs/AIProvider' },
      groups: {
        type: 'array',
        description:
          'Groups of providers: requests are shared among the providers of the first group of which one is healthy. A provider counts as unhealthy only where `health.eviction` says when.',
        items: { $ref: '#/$defs/AIProviderGroup' },
        minItems: 1,
        maxItems: 8,
      },
    },
    rules: [exactlyOneOf('provider', 'groups')],
  },
  AIProvider: {
    type: 'object',
    description: 'A provider, and where it is if not at its own host.',
    properties: PROVIDER_FIELDS,
    rules: PROVIDER_RULES,
  },
  AIProviderGroup: {
    type: 'object',
    description: 'Providers that share requests: the healthier and faster of two gets the next.',
    properties: {
      providers: {
        type: 'array',
        description: 'The providers of the group, each with a name of its own.',
        items: { $ref: '#/$defs/NamedAIProvider' },
        minItems: 1,
        maxItems: 16,
        rules: [uniqueBy(['name'])],
      },
    },
    required: ['providers'],
  },
  NamedAIProvider: {
    type: 'object',
    description: 'A provider of a group.',
    properties: {
      name: {
        $ref: '#/$defs/DnsName',
        description:
          'Its name in the group, which log lines show and `sectionName` of a policy takes.',
      },
      ...PROVIDER_FIELDS,
      policies: {
        type: 'object',
        description: 'How this provider is called; the backend’s own policies stand behind these.',
        properties: PROVIDER_POLICIES,
        rules: [
          atLeastOneOf('ai', 'auth', 'health', 'http', 'tcp', 'tls', 'transformation', 'tunnel'),
        ],
      },
    },
    required: ['name'],
    rules: PROVIDER_RULES,
  },
};
