import { atLeastOneOf, cel, exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { failureMode } from './shared';

/** How a guard calls the service that judges, by what the service takes as proof of who calls. */
function guardPolicies(auth: string): Schema {
  return {
    type: 'object',
    description: 'How the service is called.',
    properties: {
      auth: { $ref: `#/$defs/${auth}` },
      http: { $ref: '#/$defs/BackendHTTP' },
      tcp: { $ref: '#/$defs/BackendTCP' },
      tls: { $ref: '#/$defs/BackendTLS' },
      tunnel: { $ref: '#/$defs/Tunnel' },
    },
    rules: [atLeastOneOf('auth', 'http', 'tcp', 'tls', 'tunnel')],
  };
}

const RESPONSE_GUARDS: Readonly<Record<string, Schema>> = {
  regex: { $ref: '#/$defs/RegexGuard' },
  webhook: { $ref: '#/$defs/WebhookGuard' },
  bedrockGuardrails: { $ref: '#/$defs/BedrockGuardrails' },
  googleModelArmor: { $ref: '#/$defs/GoogleModelArmor' },
  response: { $ref: '#/$defs/GuardResponse' },
};

export const PROMPT_GUARD_DEFINITIONS: Definitions = {
  PromptGuard: {
    type: 'object',
    description:
      'Looks through what goes to the model and what it answers; refuses it, or blacks parts of it out.',
    properties: {
      request: {
        type: 'array',
        description: 'What prompts must pass, one guard after another.',
        items: { $ref: '#/$defs/RequestGuard' },
        minItems: 1,
        maxItems: 8,
      },
      response: {
        type: 'array',
        description:
          'What answers must pass, one guard after another. Streamed answers are looked at only with `streaming`.',
        items: { $ref: '#/$defs/ResponseGuard' },
        minItems: 1,
        maxItems: 8,
      },
      streaming: {
        type: 'string',
        description:
          '`Enabled` looks at streamed answers piece by piece: they can be cut off, not blacked out, and what was sent before stays sent. @default - streamed answers pass unread',
        enum: ['Enabled'],
      },
    },
    rules: [atLeastOneOf('request', 'response')],
  },
  RequestGuard: {
    type: 'object',
    description: 'A guard for prompts.',
    properties: {
      ...RESPONSE_GUARDS,
      openAIModeration: { $ref: '#/$defs/OpenAIModerationGuard' },
      scope: {
        type: 'array',
        description:
          'Which parts of a prompt are looked at. Tools only by `regex` and `bedrockGuardrails`. @default - SystemPrompt and Messages',
        items: {
          type: 'string',
          enum: ['Messages', 'SystemPrompt', 'ToolInput', 'ToolOutput'],
        },
        minItems: 1,
        maxItems: 4,
        'x-kubernetes-list-type': 'set',
      },
    },
    rules: [
      cel(
        "!has(self.scope) || has(self.regex) || has(self.bedrockGuardrails) || (self.scope.size() == 2 && 'SystemPrompt' in self.scope && 'Messages' in self.scope)",
        {
          path: 'scope',
          message: 'this guard looks at system prompts and messages, no less and no more',
          hint: 'remove `scope`, or use `regex` or `bedrockGuardrails`',
        },
      ),
      exactlyOneOf('regex', 'webhook', 'openAIModeration', 'bedrockGuardrails', 'googleModelArmor'),
    ],
  },
  ResponseGuard: {
    type: 'object',
    description: 'A guard for answers.',
    properties: RESPONSE_GUARDS,
    rules: [exactlyOneOf('regex', 'webhook', 'bedrockGuardrails', 'googleModelArmor')],
  },
  GuardResponse: {
    type: 'object',
    description: 'What the client gets for a prompt or an answer that is refused.',
    properties: {
      message: {
        type: 'string',
        description: 'The body of the answer.',
        default: 'The request was rejected due to inappropriate content',
      },
      statusCode: {
        type: 'integer',
        description: 'The status of the answer.',
        format: 'int32',
        minimum: 200,
        maximum: 599,
        default: 403,
      },
    },
    rules: [atLeastOneOf('message', 'statusCode')],
  },
  RegexGuard: {
    type: 'object',
    description:
      'Looks for patterns in every text; numbers and booleans of a request are not looked at.',
    properties: {
      matches: {
        type: 'array',
        description: 'Regular expressions, such as `(?i)project apollo`.',
        items: {
          type: 'string',
          minLength: 1,
          maxLength: 1024,
          regularExpression: 'always',
        },
      },
      builtins: {
        type: 'array',
        description:
          'Patterns that come with the gateway: social security numbers of the United States (`Ssn`) and of Canada (`CaSin`), and so on.',
        items: { type: 'string', enum: ['CaSin', 'CreditCard', 'Email', 'PhoneNumber', 'Ssn'] },
      },
      action: {
        type: 'string',
        description:
          '`Mask` writes a placeholder such as `<EMAIL_ADDRESS>` in its place, `Reject` refuses the whole.',
        enum: ['Mask', 'Reject'],
        default: 'Mask',
      },
    },
  },
  WebhookGuard: {
    type: 'object',
    description:
      'Asks a service of your own, by POST to `/request` and `/response`, which has ten seconds. Only an answer in the shape of a refusal refuses: its status is not looked at.',
    properties: {
      backendRef: { $ref: '#/$defs/BackendReference', description: 'The service.' },
      failureMode: failureMode(
        'Whether prompts and answers pass (`FailOpen`) or are refused while the service does not answer.',
      ),
      forwardHeaderMatches: {
        type: 'array',
        description: 'Which headers of the client the service sees. @default - none',
        items: { $ref: '#/$defs/GuardHeaderMatch' },
      },
      headers: {
        type: 'object',
        description:
          'Headers for the service: names, and expressions that give the values, such as `jwt.sub`.',
        additionalProperties: { $ref: '#/$defs/Expression' },
        maxProperties: 64,
      },
    },
    required: ['backendRef'],
  },
  GuardHeaderMatch: {
    type: 'object',
    description: 'A header by name and value.',
    properties: {
      name: { $ref: '#/$defs/HeaderName' },
      type: {
        type: 'string',
        description: 'Whether `value` is the value itself or a regular expression.',
        enum: ['Exact', 'RegularExpression'],
        default: 'Exact',
      },
      value: {
        type: 'string',
        description: 'What its value must be.',
        minLength: 1,
        maxLength: 4096,
        sensitive: true,
      },
    },
    required: ['name', 'value'],
  },
  OpenAIModerationGuard: {
    type: 'object',
    description: 'Asks the moderation API of OpenAI.',
    properties: {
      model: {
        type: 'string',
        description: 'Which of its models judges. @default - omni-moderation-latest',
      },
      policies: guardPolicies('KeyAuth'),
    },
  },
  BedrockGuardrails: {
    type: 'object',
    description: 'Asks a guardrail of Amazon Bedrock, whichever model the prompt goes to.',
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
      region: {
        type: 'string',
        description: 'The region of AWS that has it, such as `eu-central-1`.',
        minLength: 1,
        maxLength: 256,
      },
      policies: guardPolicies('KeyOrAWSAuth'),
    },
    required: ['identifier', 'region', 'version'],
  },
  GoogleModelArmor: {
    type: 'object',
    description: 'Asks a template of Google Cloud Model Armor.',
    properties: {
      projectId: {
        type: 'string',
        description: 'The project of Google Cloud that has the template.',
        minLength: 1,
        maxLength: 256,
      },
      templateId: {
        type: 'string',
        description: 'The template.',
        minLength: 1,
        maxLength: 256,
      },
      location: {
        type: 'string',
        description: 'The region that has it.',
        minLength: 1,
        maxLength: 256,
        default: 'us-central1',
      },
      policies: guardPolicies('OnlyGCPAuth'),
    },
    required: ['projectId', 'templateId'],
  },
};
