import { fieldPath, isObject, quoted } from '../json';
import { exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { BACKEND_OR_URL, failureMode, URL_WITHOUT_PATH } from './shared';
import { STAR_AT_ONE_END } from './star-pattern';

const METHOD = new RegExp(STAR_AT_ONE_END);

const METHODS_WITH_ONE_STAR: Rule = {
  form: 'starAtOneEnd(keys)',
  cel: `self.all(method, method.matches('${STAR_AT_ONE_END}'))`,
  message: 'the name of a method may have one `*`, at its beginning or its end',
  check: (self) =>
    Object.keys(isObject(self) ? self : {})
      .filter((method) => !METHOD.test(method))
      .map((method) => ({
        path: fieldPath('', method),
        message: `${quoted(method)} may have one \`*\`, at its beginning or its end`,
        hint: 'such as `tools/*`, or `*` for every method',
      })),
};

function headerNames(description: string): Schema {
  return {
    type: 'array',
    description,
    items: { $ref: '#/$defs/HeaderOrPseudoName' },
    maxItems: 64,
    'x-kubernetes-list-type': 'set',
  };
}

export const MCP_GUARDRAILS_DEFINITIONS: Definitions = {
  MCPGuardrails: {
    type: 'object',
    description: 'Has MCP messages looked at, changed or refused by services of your own.',
    properties: {
      processors: {
        type: 'array',
        description: 'Who is asked, one after another; each sees what the ones before have made.',
        items: { $ref: '#/$defs/MCPGuardrailProcessor' },
        minItems: 1,
        maxItems: 16,
      },
    },
    required: ['processors'],
  },
  MCPGuardrailProcessor: {
    type: 'object',
    description: 'A service that is asked, and what about.',
    properties: {
      methods: {
        type: 'object',
        description:
          'Which MCP methods, and whether their `Request`, their `Response` or both (`Full`) are shown: `tools/call: Full`, `tools/*: Request`, `*: Off`. Methods that match nothing are not shown, and notifications never are.',
        additionalProperties: { type: 'string', enum: ['Full', 'Off', 'Request', 'Response'] },
        minProperties: 1,
        maxProperties: 64,
        rules: [METHODS_WITH_ONE_STAR],
      },
      remote: { $ref: '#/$defs/MCPGuardrailService' },
    },
    required: ['methods'],
    rules: [exactlyOneOf('remote')],
  },
  MCPGuardrailService: {
    type: 'object',
    description: 'A gRPC service `agentgateway.dev.ext_mcp.ExtMcp`; it has ten seconds to answer.',
    properties: {
      backendRef: { $ref: '#/$defs/BackendReference', description: 'The service.' },
      url: {
        $ref: '#/$defs/HttpURL',
        description: 'The service by scheme, host and port: `http://guard.example.com:9000`.',
      },
      failureMode: failureMode(
        'Whether messages pass (`FailOpen`) or are refused while the service does not answer.',
      ),
      allowedRequestHeaders: headerNames(
        'Headers of the request that the service sees. @default - all',
      ),
      disallowedRequestHeaders: headerNames(
        'Headers of the request that the service does not see, whatever is allowed.',
      ),
      metadata: {
        type: 'object',
        description: 'What else the service is told: names, and expressions that give the values.',
        additionalProperties: { $ref: '#/$defs/Expression' },
        maxProperties: 64,
      },
    },
    rules: [BACKEND_OR_URL, URL_WITHOUT_PATH],
  },
};
