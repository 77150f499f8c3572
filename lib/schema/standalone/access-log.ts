import type { Definitions } from '../schema';
import { choice, expressions, name, notRun, object, optional, texts } from './shared';
import { calling } from './target';

const PROTOCOL = choice('How it is spoken to.', ['grpc', 'http'], 'grpc');

export const ACCESS_LOG: Definitions = {
  AccessLog: object('The access log.', {
    remove: texts('Fields that are left out.'),
    add: notRun(expressions('Fields that are added: names and expressions.')),
    filter: notRun(
      optional('Expression', { description: 'Which requests are logged. @default - all' }),
    ),
    otlp: notRun({
      ...calling('Sends the log to an OpenTelemetry collector as well.', {
        policies: optional('TargetPolicies', { description: 'How the collector is called.' }),
        filter: optional('Expression', { description: 'Which requests are sent. @default - all' }),
        fields: {
          ...object('Fields of what is sent.', {
            remove: texts('Fields that are left out.'),
            add: expressions('Fields that are added: names and expressions.'),
          }),
          nullable: true,
        },
        protocol: PROTOCOL,
        path: name('The path, over HTTP. @default - /v1/logs'),
      }),
      nullable: true,
    }),
    database: notRun({
      ...object('Writes requests of models into `config.database`.', {
        llm: {
          ...choice('How much of them: facts only, or prompts and answers too.', [
            'metadata',
            'full',
          ]),
          nullable: true,
        },
        add: expressions('Fields that are added: names and expressions.'),
      }),
      nullable: true,
    }),
  }),
};
