import type { Definitions, Schema } from '../schema';
import { conditional } from './conditional';
import { choice, expressions, flag, map, object, optional, ref } from './shared';
import { calling } from './target';

const BODY_MODES = ['none', 'buffered', 'bufferedPartial', 'fullDuplexStreamed'];
const PART_MODES = ['send', 'skip'];

const EXT_PROC: Schema = calling(
  "Lets another service change requests and answers, by Envoy's ext_proc protocol over gRPC.",
  {
    policies: optional('TargetPolicies', { description: 'How that service is called.' }),
    failureMode: choice(
      'What happens when the service fails: the request does, or it goes on unchanged.',
      ['failClosed', 'failOpen'],
      'failClosed',
    ),
    metadataContext: map(
      'Metadata that the service is told, by namespace.',
      expressions('Values by name.'),
    ),
    requestAttributes: expressions('Attributes that the service is told with the request.'),
    responseAttributes: expressions('Attributes that the service is told with the answer.'),
    processingOptions: ref('ExtProcOptions'),
  },
);

export const EXT_PROC_DEFINITIONS: Definitions = {
  ExtProc: EXT_PROC,
  ...conditional('ExtProc', EXT_PROC),
  ExtProcOptions: object('Which parts the service gets.', {
    requestBodyMode: choice('The body of the request.', BODY_MODES, 'fullDuplexStreamed'),
    responseBodyMode: choice('The body of the answer.', BODY_MODES, 'fullDuplexStreamed'),
    requestHeaderMode: choice('The headers of the request.', PART_MODES, 'send'),
    responseHeaderMode: choice('The headers of the answer.', PART_MODES, 'send'),
    requestTrailerMode: choice('The trailers of the request.', PART_MODES, 'send'),
    responseTrailerMode: choice('The trailers of the answer.', PART_MODES, 'send'),
    allowModeOverride: flag('Whether the service may change these as it goes.', false),
  }),
};
