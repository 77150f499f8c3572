import { atMostOneOf, cel, exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';

const PROVIDERS = [
  'openai',
  'azureopenai',
  'azure',
  'anthropic',
  'gemini',
  'vertexai',
  'bedrock',
  'custom',
];

const MODEL: Schema = {
  type: 'string',
  description:
    'The model that is asked for in place of the one that the client names. @default - the one that the client names, and 400 where it names none',
  minLength: 1,
  maxLength: 256,
};

function provider(description: string): Schema {
  return { type: 'object', description, properties: { model: MODEL } };
}

/** Where Azure serves models, which a Model states without `model`. */
export const AZURE_RESOURCE: Schema = {
  type: 'object',
  description: 'A resource of Azure AI. Without `auth` the gateway gets tokens from Entra itself.',
  properties: {
    resourceName: {
      type: 'string',
      description:
        'The name of the resource, the first part of its host: `shop` of `shop.openai.azure.com`.',
      minLength: 1,
      maxLength: 256,
    },
    resourceType: {
      type: 'string',
      description: '`OpenAI` for Azure OpenAI, `Foundry` for a project of AI Foundry.',
      enum: ['Foundry', 'OpenAI'],
    },
    projectName: {
      type: 'string',
      description: 'The project, which `Foundry` needs.',
      minLength: 1,
      maxLength: 256,
    },
    apiVersion: {
      type: 'string',
      description: 'The version of the API, a date such as `2024-10-21`, or `v1`. @default - v1',
      minLength: 1,
      maxLength: 64,
    },
  },
  required: ['resourceName', 'resourceType'],
  rules: [
    cel("self.resourceType != 'Foundry' || has(self.projectName)", {
      path: 'projectName',
      message: '`projectName` is required with `resourceType: Foundry`',
      code: 'Required',
    }),
  ],
};

export const VERTEX_PROJECT: Schema = {
  type: 'object',
  description:
    'Models on Google Cloud, those of other makers included. Without `auth` the gateway takes its own credentials for Google.',
  properties: {
    projectId: {
      type: 'string',
      description: 'The project of Google Cloud.',
      minLength: 1,
      maxLength: 64,
    },
    region: {
      type: 'string',
      description:
        'The region that answers, such as `europe-west1`; `eu` and `us` stand for several.',
      minLength: 1,
      maxLength: 64,
      default: 'global',
    },
  },
  required: ['projectId'],
};

export const BEDROCK_REGION: Schema = {
  type: 'object',
  description:
    'Models on Amazon Bedrock. Without `auth` the gateway takes the credentials of its environment for AWS.',
  properties: {
    region: {
      type: 'string',
      description: 'The region of AWS that answers.',
      minLength: 1,
      maxLength: 63,
      pattern: '^[a-z0-9-]+$',
      patternMeans: 'a region of AWS such as `eu-central-1`',
      default: 'us-east-1',
    },
    guardrail: {
      $ref: '#/$defs/BedrockGuardrail',
      description: 'A guardrail of Bedrock that the call itself is held to.',
    },
  },
};

export const CUSTOM_FORMATS: Schema = {
  type: 'object',
  description: 'A server that speaks formats known from others: vLLM, a gateway, your own.',
  properties: {
    formats: {
      type: 'array',
      description:
        'Which formats it speaks; requests in others are translated where that is possible.',
      items: { $ref: '#/$defs/ProviderFormat' },
      minItems: 1,
      maxItems: 6,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
    backendRef: {
      $ref: '#/$defs/LocalBackendReference',
      description: 'The server in the cluster, in the same namespace.',
    },
  },
  required: ['formats'],
  rules: [
    cel(
      "!has(self.backendRef) || ((!has(self.backendRef.group) || self.backendRef.group == '') && (!has(self.backendRef.kind) || self.backendRef.kind == 'Service')) || (has(self.backendRef.group) && self.backendRef.group == 'inference.networking.k8s.io' && has(self.backendRef.kind) && self.backendRef.kind == 'InferencePool')",
      {
        path: 'backendRef',
        message: 'models are served by a Service or an InferencePool',
        hint: 'leave out `group` and `kind` for a Service, or write group: inference.networking.k8s.io and kind: InferencePool',
      },
    ),
  ],
};

function withModel(schema: Schema): Schema {
  return { ...schema, properties: { model: MODEL, ...schema.properties } };
}

export const AI_PROVIDERS_DEFINITIONS: Definitions = {
  AzureOpenAIProvider: {
    type: 'object',
    description: 'A resource of Azure OpenAI, by its host.',
    properties: {
      endpoint: {
        type: 'string',
        description: 'The host of the resource, `shop.openai.azure.com`, without scheme.',
        minLength: 1,
        maxLength: 256,
      },
      deploymentName: {
        type: 'string',
        description:
          'The deployment that answers. @default - the model that the client names, which only version `v1` allows',
        minLength: 1,
        maxLength: 256,
      },
      apiVersion: {
        type: 'string',
        description: 'The version of the API, a date such as `2024-10-21`, or `v1`. @default - v1',
        minLength: 1,
        maxLength: 64,
      },
    },
    required: ['endpoint'],
    rules: [
      cel("!has(self.apiVersion) || self.apiVersion == 'v1' || has(self.deploymentName)", {
        path: 'deploymentName',
        message: '`deploymentName` is required with an `apiVersion` other than `v1`',
        hint: 'write it, or remove `apiVersion`',
        code: 'Required',
      }),
    ],
  },
  AzureProvider: withModel(AZURE_RESOURCE),
  VertexAIProvider: withModel(VERTEX_PROJECT),
  BedrockProvider: withModel(BEDROCK_REGION),
  BedrockGuardrail: {
    type: 'object',
    description: 'A guardrail of Amazon Bedrock.',
    properties: {
      identifier: {
        type: 'string',
        description: 'The guardrail, by its ID or ARN.',
        minLength: 1,
        maxLength: 256,
      },
      version: {
        type: 'string',
        description: 'Its version: a number in quotes, or `DRAFT`.',
        minLength: 1,
        maxLength: 256,
      },
    },
    required: ['identifier', 'version'],
  },
  CustomProvider: withModel(CUSTOM_FORMATS),
  ProviderFormat: {
    type: 'object',
    description: 'A format that a server speaks, and where.',
    properties: {
      type: {
        type: 'string',
        description:
          'The format: `Completions`, `Responses`, `Embeddings` and `Realtime` are OpenAI’s, `Messages` and `AnthropicTokenCount` Anthropic’s, `Rerank` Cohere’s.',
        enum: [
          'AnthropicTokenCount',
          'Completions',
          'Embeddings',
          'Messages',
          'Realtime',
          'Rerank',
          'Responses',
        ],
      },
      path: {
        type: 'string',
        description:
          'The path at which it speaks it. @default - that of the format, `/v1/chat/completions`',
        minLength: 1,
        maxLength: 1024,
      },
    },
    required: ['type'],
    rules: [
      cel("!has(self.path) || self.path.startsWith('/')", {
        path: 'path',
        message: 'a path must begin with `/`',
      }),
    ],
  },
  OpenAIProvider: {
    type: 'object',
    description: 'OpenAI, or whoever speaks as it does at `host`.',
    properties: {
      model: MODEL,
      moderation: {
        type: 'object',
        description:
          'Has OpenAI moderate prompts and answers in the same call. @default - not asked for',
        properties: {
          model: {
            type: 'string',
            description: 'Which of its models judges.',
            minLength: 1,
            maxLength: 256,
            default: 'omni-moderation-latest',
          },
          policy: {
            type: 'object',
            description: 'What becomes of what it objects to.',
            properties: {
              input: { $ref: '#/$defs/ModerationMode', description: 'In prompts.' },
              output: { $ref: '#/$defs/ModerationMode', description: 'In answers.' },
            },
          },
        },
      },
    },
  },
  ModerationMode: {
    type: 'object',
    description: 'What becomes of it.',
    properties: {
      mode: {
        type: 'string',
        description: '`Block` refuses it, `Score` only says how bad it is.',
        enum: ['Block', 'Score'],
      },
    },
    required: ['mode'],
  },
};

/** One provider of language models and where it is, if not at its own host. */
export const PROVIDER_FIELDS: Readonly<Record<string, Schema>> = {
  openai: { $ref: '#/$defs/OpenAIProvider' },
  azureopenai: {
    $ref: '#/$defs/AzureOpenAIProvider',
    description:
      'A resource of Azure OpenAI by its host; `azure`, which names the resource, is newer.',
  },
  azure: { $ref: '#/$defs/AzureProvider' },
  anthropic: provider('Anthropic. The key of `auth` goes into `x-api-key`.'),
  gemini: provider('Google’s Gemini API.'),
  vertexai: { $ref: '#/$defs/VertexAIProvider' },
  bedrock: { $ref: '#/$defs/BedrockProvider' },
  custom: { $ref: '#/$defs/CustomProvider' },
  host: {
    type: 'string',
    description:
      'Another host to call, with `port`. It is called without TLS until `tls` is written. @default - the host of the provider, by TLS',
    minLength: 1,
    maxLength: 256,
  },
  port: { $ref: '#/$defs/Port', description: 'The port of `host`.' },
  path: {
    type: 'string',
    description: 'Another path to call for every request. @default - that of the provider’s format',
    minLength: 1,
    maxLength: 1024,
  },
  pathPrefix: {
    type: 'string',
    description:
      'What stands before the paths of the provider’s formats at `host`. @default - what the provider has there',
    minLength: 1,
    maxLength: 1024,
  },
};

export const PROVIDER_RULES: readonly Rule[] = [
  exactlyOneOf(...PROVIDERS),
  cel('!has(self.host) || has(self.port)', {
    path: 'port',
    message: '`port` is required with `host`',
    hint: 'such as 443, with `policies.tls: {}`',
    code: 'Required',
  }),
  cel('!has(self.port) || has(self.host)', {
    path: 'host',
    message: '`host` is required with `port`',
    code: 'Required',
  }),
  cel('!has(self.custom) || has(self.custom.backendRef) || has(self.host)', {
    path: 'host',
    message: 'nobody knows where `custom` is',
    hint: 'write `host` and `port`, or `custom.backendRef`',
    code: 'Required',
  }),
  cel('!has(self.custom) || !has(self.custom.backendRef) || !has(self.host)', {
    path: 'host',
    message: '`custom.backendRef` and `host` exclude each other; keep one of them',
    code: 'Forbidden',
  }),
  atMostOneOf('path', 'pathPrefix'),
  cel(
    '!has(self.custom) || !self.custom.formats.exists(format, has(format.path)) || (!has(self.path) && !has(self.pathPrefix))',
    {
      path: 'custom.formats',
      message: 'a format with a `path` of its own excludes `path` and `pathPrefix` of the provider',
      hint: 'write the path of each format, or none',
      code: 'Forbidden',
    },
  ),
  cel('!has(self.pathPrefix) || has(self.host)', {
    path: 'pathPrefix',
    message: '`pathPrefix` needs `host`, whose paths it stands before',
    hint: 'write `host` and `port`, or remove `pathPrefix`',
  }),
];
