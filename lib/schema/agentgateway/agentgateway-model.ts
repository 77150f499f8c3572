import { GATEWAY_API_DEFINITIONS } from '../gateway-api/shared';
import { atLeastOneOf, cel, exactlyOneOf, excludes, type Rule } from '../rule';
import type { Definitions, Kind, Schema } from '../schema';
import { FINAL_TRANSFORMATIONS, fieldList, TRANSFORMATIONS } from './ai-policies';
import {
  AI_PROVIDERS_DEFINITIONS,
  AZURE_RESOURCE,
  BEDROCK_REGION,
  CUSTOM_FORMATS,
  VERTEX_PROJECT,
} from './ai-providers';
import { BACKEND_POLICIES_DEFINITIONS } from './backend-policies';
import { AGENTGATEWAY } from './shared';
import { STAR_AT_ONE_END } from './star-pattern';
import { VIRTUAL_MODEL_DEFINITIONS } from './virtual-model';

const PROVIDERS = [
  'Anthropic',
  'Azure',
  'Baseten',
  'Bedrock',
  'Cerebras',
  'Cohere',
  'Custom',
  'Deepinfra',
  'Deepseek',
  'Fireworks',
  'Gemini',
  'Groq',
  'Huggingface',
  'Mistral',
  'Ollama',
  'OpenAI',
  'Openrouter',
  'TogetherAI',
  'VertexAI',
  'XAI',
];

/** Providers that need settings of their own, and the field that has them. */
const OWN_SETTINGS = { azure: 'Azure', vertexai: 'VertexAI', bedrock: 'Bedrock', custom: 'Custom' };

function settingsOf([name, provider]: [string, string]): readonly Rule[] {
  const chosen = `has(self.provider) && self.provider == '${provider}'`;
  return [
    cel(`!has(self.${name}) || (${chosen})`, {
      path: name,
      message: `\`${name}\` belongs to \`provider: ${provider}\``,
      hint: `remove it, or write \`provider: ${provider}\``,
      code: 'Forbidden',
    }),
    cel(`has(self.${name}) || !(${chosen})`, {
      path: name,
      message: `\`${name}\` is required with \`provider: ${provider}\``,
      code: 'Required',
    }),
  ];
}

/** Addresses that mean the gateway itself, or its machine, to the gateway. */
const OWN_ADDRESSES = {
  'the machine that the gateway runs on':
    '(?i)^https?://(localhost|[^/]+\\\\.localhost)(:[0-9]+)?(/|$)',
  'a loopback address': '^https?://127(\\\\.[0-9]{1,3}){0,3}(:[0-9]+)?(/|$)',
  'a link-local address, such as that of cloud metadata':
    '^https?://169\\\\.254\\\\.[0-9]{1,3}\\\\.[0-9]{1,3}(:[0-9]+)?(/|$)',
  'a loopback or link-local address':
    '(?i)^https?://\\\\[(::1|fe[89ab][0-9a-f:]*)\\\\](:[0-9]+)?(/|$)',
};

function notAt([meaning, pattern]: [string, string]): Rule {
  return cel(`!has(self.baseURL) || !self.baseURL.matches('${pattern}')`, {
    path: 'baseURL',
    message: `the host is ${meaning}; models cannot be called there`,
    hint: 'write a host that is reached from everywhere, or the name of a Service',
  });
}

const RULES: readonly Rule[] = [
  exactlyOneOf('provider', 'virtualModel'),
  cel('!has(self.baseURL) || has(self.provider)', {
    path: 'baseURL',
    message: '`baseURL` says where a `provider` is, and there is none',
    hint: 'write `provider`, or remove `baseURL`',
    code: 'Forbidden',
  }),
  excludes(
    'virtualModel',
    ['policies'],
    'the models that it stands for have policies of their own',
  ),
  cel("!has(self.virtualModel) || self.visibility != 'Internal'", {
    path: 'visibility',
    message: 'a virtual model is there to be called by clients; it cannot be `Internal`',
    hint: 'remove `visibility`, or write Public',
  }),
  cel(
    "!has(self.virtualModel) || !has(self.match) || !has(self.match.model) || !self.match.model.contains('*')",
    {
      path: 'match.model',
      message: 'a virtual model has one name; `*` is for models with a `provider`',
    },
  ),
  cel("!has(self.provider) || self.provider != 'Ollama' || has(self.baseURL)", {
    path: 'baseURL',
    message: '`baseURL` is required with `provider: Ollama`, which has no host of its own',
    hint: 'such as `http://ollama.ai.svc.cluster.local:11434/v1`',
    code: 'Required',
  }),
  cel(
    "!has(self.baseURL) || (isURL(self.baseURL) && url(self.baseURL).getScheme() in ['http', 'https'] && url(self.baseURL).getHostname() != '')",
    {
      path: 'baseURL',
      message: 'must be an `http` or `https` URL with a host',
      hint: 'such as `https://models.example.com/v1`',
    },
  ),
  ...Object.entries(OWN_ADDRESSES).map(notAt),
  ...Object.entries(OWN_SETTINGS).flatMap(settingsOf),
];

const POLICIES: Schema = {
  type: 'object',
  description: 'Who may use the model, and how it is called.',
  properties: {
    auth: { $ref: '#/$defs/ModelAuth' },
    authorization: {
      $ref: '#/$defs/Authorization',
      description:
        'Who may use the model; others get 403, and do not find it in the list of models.',
    },
    headers: {
      $ref: '#/$defs/HeaderModifiers',
      description: 'Changes headers of requests to the provider and of its answers.',
    },
    health: { $ref: '#/$defs/Health' },
    promptGuard: { $ref: '#/$defs/PromptGuard' },
    tls: { $ref: '#/$defs/BackendTLS' },
    transformations: keyedByField(TRANSFORMATIONS),
    finalTransformations: keyedByField(FINAL_TRANSFORMATIONS),
    tunnel: { $ref: '#/$defs/Tunnel' },
  },
  rules: [
    atLeastOneOf(
      'auth',
      'authorization',
      'finalTransformations',
      'headers',
      'health',
      'promptGuard',
      'tls',
      'transformations',
      'tunnel',
    ),
  ],
};

function keyedByField(description: string): Schema {
  return {
    ...fieldList(description, 'FieldExpression'),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['field'],
  };
}

const MODEL_DEFINITIONS: Definitions = {
  ...GATEWAY_API_DEFINITIONS,
  ...BACKEND_POLICIES_DEFINITIONS,
  ...AI_PROVIDERS_DEFINITIONS,
  ...VIRTUAL_MODEL_DEFINITIONS,
};

export const AGENTGATEWAY_MODEL: Kind = {
  group: AGENTGATEWAY,
  kind: 'AgentgatewayModel',
  plural: 'agentgatewaymodels',
  shortNames: ['agmodel'],
  scope: 'Namespaced',
  versions: ['v1alpha1'],
  status: true,
  description:
    'A language model under the name that clients ask for. A controller reads it only with AGW_ENABLE_AGENTGATEWAY_MODELS=true.',
  definitions: MODEL_DEFINITIONS,
  spec: {
    type: 'object',
    description: 'Where the model is offered, under which name, and who serves it.',
    properties: {
      parentRefs: {
        type: 'array',
        description: 'The Gateways that offer it, or single listeners of them.',
        items: { $ref: '#/$defs/ParentReference' },
        minItems: 1,
        maxItems: 16,
      },
      match: {
        type: 'object',
        description: 'Under which names clients ask for it.',
        properties: {
          model: {
            type: 'string',
            description:
              'The name, or one with `*` at an end that stands for any text: `gpt-*`. @default - the name of this object',
            minLength: 1,
            maxLength: 1024,
            rules: [
              cel(`self.matches('${STAR_AT_ONE_END}')`, {
                path: '',
                message: 'may have one `*`, at its beginning or its end',
                hint: 'such as `gpt-*`, or `*` for every model',
              }),
            ],
          },
        },
      },
      visibility: {
        type: 'string',
        description:
          '`Internal` models are only for virtual models to choose; clients neither see nor reach them.',
        enum: ['Internal', 'Public'],
        default: 'Public',
      },
      provider: {
        type: 'string',
        description: 'Who serves it. `Custom` is any server that speaks a known format.',
        enum: PROVIDERS,
      },
      baseURL: {
        type: 'string',
        description:
          'Where the provider is, with what stands before the paths of its formats: `https://models.example.com/v1`. @default - the provider’s own host',
        format: 'uri',
        minLength: 1,
        maxLength: 1024,
      },
      azure: AZURE_RESOURCE,
      vertexai: VERTEX_PROJECT,
      bedrock: BEDROCK_REGION,
      custom: CUSTOM_FORMATS,
      virtualModel: { $ref: '#/$defs/VirtualModel' },
      policies: POLICIES,
    },
    required: ['parentRefs'],
    rules: RULES,
  },
};
