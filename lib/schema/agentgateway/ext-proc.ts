import type { Definitions, Schema } from '../schema';
import { conditionalForms } from './conditional';
import { BACKEND_OR_URL, failureMode, URL_WITHOUT_PATH } from './shared';

function attributes(description: string): Schema {
  return {
    type: 'object',
    description,
    additionalProperties: { $ref: '#/$defs/Expression' },
    maxProperties: 64,
  };
}

const EXT_PROC: Schema = {
  type: 'object',
  description:
    "Hands requests and responses to another service that may change them, by Envoy's gRPC protocol `envoy.service.ext_proc.v3.ExternalProcessor`. It runs after authentication and rate limits.",
  properties: {
    backendRef: {
      $ref: '#/$defs/BackendReference',
      description:
        'The service that processes; in another namespace only where a ReferenceGrant there allows it.',
    },
    url: {
      $ref: '#/$defs/HttpURL',
      description:
        'The service that processes, where it is not an object of the cluster: scheme, host and port.',
    },
    failureMode: failureMode(
      'What happens when the service fails: `FailClosed` answers 500, `FailOpen` goes on without it, as long as no part of a body has been sent to it.',
    ),
    processingOptions: {
      $ref: '#/$defs/ExtProcOptions',
      description: 'Which parts the service sees. @default - all, bodies as streams',
    },
    requestAttributes: attributes(
      'Values that the service gets with a request, by expressions such as `request.path`.',
    ),
    responseAttributes: attributes(
      'Values that the service gets with a response, by expressions such as `response.code`.',
    ),
    metadataContext: {
      type: 'object',
      description:
        'Values that the service gets as metadata: for each namespace of metadata names and expressions.',
      additionalProperties: {
        type: 'object',
        additionalProperties: { $ref: '#/$defs/Expression' },
      },
      maxProperties: 64,
    },
  },
  rules: [BACKEND_OR_URL, URL_WITHOUT_PATH],
};

const HOW_BODIES_ARE_SENT =
  '`FullDuplexStreamed` while it arrives, `Buffered` as a whole, `BufferedPartial` as much as fits the buffer, `None` not at all';

function bodyMode(of: string): Schema {
  return {
    type: 'string',
    description: `How the service gets the body of ${of}: ${HOW_BODIES_ARE_SENT}.`,
    enum: ['Buffered', 'BufferedPartial', 'FullDuplexStreamed', 'None'],
    default: 'FullDuplexStreamed',
  };
}

function sendOrSkip(what: string): Schema {
  return {
    type: 'string',
    description: `Whether the service gets ${what}.`,
    enum: ['Send', 'Skip'],
    default: 'Send',
  };
}

export const EXT_PROC_DEFINITIONS: Definitions = {
  ...conditionalForms('ExtProc', EXT_PROC),
  ExtProcOptions: {
    type: 'object',
    description: 'Which parts of requests and responses the service sees.',
    properties: {
      requestHeaderMode: sendOrSkip('the headers of requests'),
      requestBodyMode: bodyMode('requests'),
      requestTrailerMode: sendOrSkip('the trailers of requests'),
      responseHeaderMode: sendOrSkip('the headers of responses'),
      responseBodyMode: bodyMode('responses'),
      responseTrailerMode: sendOrSkip('the trailers of responses'),
      allowModeOverride: {
        type: 'boolean',
        description: 'Whether the service may choose other modes while it processes a request.',
        default: false,
      },
    },
  },
};
