import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import {
  choice,
  duration,
  expressions,
  flag,
  list,
  map,
  name,
  noneRun,
  notRun,
  object,
  optional,
  ref,
  secret,
  size,
  text,
  texts,
  whole,
} from './shared';

type Properties = Readonly<Record<string, Schema>>;

function orNone(schema: Schema): Schema {
  return { ...schema, nullable: true };
}

const FIELDS: Schema = orNone(
  object('Fields of what is logged.', {
    remove: texts('Fields that are left out.'),
    add: expressions('Fields that are added: names and expressions.'),
  }),
);

const DATABASE: Schema = orNone(
  object(
    'A database for logs and settings.',
    {
      url: { ...name('Its URL, such as `sqlite://…` or `postgres://…`.'), sensitive: true },
      maxConnections: whole('How many connections at the most.', 32, {
        minimum: 1,
        nullable: true,
      }),
    },
    { required: ['url'] },
  ),
);

const NAMES_OF_LEVELS = 'How much is logged: `info`, `debug`, or `module=level` with commas.';

const RUN: Properties = {
  adminAddr: text('Where the admin page listens. @default - localhost:15000'),
  statsAddr: text('Where metrics are served. @default - [::]:15020'),
  readinessAddr: text('Where readiness is served. @default - [::]:15021'),
  connectionTerminationDeadline: duration('How long a drain lasts at the most.'),
  connectionMinTerminationDeadline: duration('How long a drain goes on accepting.'),
  logging: orNone(
    object('The log.', {
      format: orNone(choice('How lines are written.', ['text', 'json'])),
      level: {
        description: NAMES_OF_LEVELS,
        nullable: true,
        anyOf: [
          { type: 'string' },
          { type: 'array', items: { type: 'string' }, notRun: 'write one text' },
        ],
      },
      filter: notRun(
        optional('Expression', { description: 'Which requests are logged. @default - all' }),
      ),
      fields: notRun(FIELDS),
      database: notRun(DATABASE),
    }),
  ),
  backend: object('Connections to backends.', {
    connectTimeout: duration('How long connecting may take.', { default: '10s', nullable: false }),
    poolIdleTimeout: duration('How long an idle connection is kept.', {
      default: '1m30s',
      nullable: false,
    }),
    poolMaxSize: size('How many connections are kept for each backend. @default - as many as come'),
    keepalives: notRun(ref('Keepalive')),
  }),
};

const MONEY: Schema = {
  type: 'string',
  description: 'US dollars for a million tokens, as a decimal.',
  nullable: true,
};

const OTHERS: Properties = {
  enableIpv6: orNone(flag('Whether IPv6 is used.')),
  dns: orNone(
    object('How names are looked up.', {
      lookupFamily: orNone(
        choice('Which addresses are asked for.', [
          ...['All', 'Auto', 'V4Preferred', 'V4Only', 'V6Only'],
        ]),
      ),
      edns0: orNone(flag('Whether EDNS is spoken, for longer answers.')),
    }),
  ),
  localXdsPath: text('A file that stands in for the controller.'),
  modelCatalog: list('Prices and facts of models.', ref('ModelCatalogSource'), { nullable: true }),
  database: DATABASE,
  storage: orNone(
    object('Where settings that the admin page changes are kept.', {
      mode: choice('In this file, beside it, or nowhere.', ['file', 'hybrid', 'readOnly'], 'file'),
    }),
  ),
  caAddress: text('Who signs certificates of the mesh.'),
  caAuthToken: secret('The token for it, or the path of a file that holds it.'),
  xdsAddress: text('The controller.'),
  xdsAuthToken: secret('The token for it, or the path of a file that holds it.'),
  spiffe: orNone(
    object('SPIFFE identities.', { endpoint: text('The socket of the workload API.') }),
  ),
  namespace: text('The namespace of the gateway.'),
  gateway: text('The name of the gateway.'),
  trustDomain: text('The trust domain of the mesh.'),
  additionalTrustDomains: text('Further trust domains, with commas.'),
  skipValidateTrustDomain: orNone(flag('Whether trust domains are not compared.')),
  serviceAccount: text('The service account of the gateway.'),
  clusterId: text('The cluster of the gateway.'),
  network: text('The network of the gateway.'),
  standardAttributes: orNone(
    object('What logs and metrics call the caller.', {
      user: optional('Expression', { description: 'An expression for the user.' }),
      group: optional('Expression', { description: 'An expression for the group.' }),
    }),
  ),
  histograms: choice('Which histograms metrics have.', ['classic', 'native', 'both'], 'classic'),
  session: orNone(
    object(
      'Sessions of MCP and of signed-in users.',
      { key: { ...secret('The key that seals them, as hexadecimal digits.'), nullable: false } },
      { required: ['key'] },
    ),
  ),
  mcp: orNone(object('MCP.', { sessionTtl: duration('How long an idle session is kept.') })),
  sensitiveHeaders: texts('Headers whose values are not logged.'),
  customFunctions: { ...name('CEL functions of your own.'), default: '' },
  workerThreads: {
    description: 'How many threads serve requests: a number, or a share such as `50%`.',
    nullable: true,
    anyOf: [{ type: 'string' }, { type: 'integer' }],
  },
  tracing: orNone(
    object('Traces of the whole process; `frontendPolicies.tracing` is the newer form.', {
      otlpEndpoint: text('The URL of an OpenTelemetry collector.'),
      headers: map('Headers for it.', { type: 'string', sensitive: true }),
      otlpProtocol: choice('How it is spoken to.', ['grpc', 'http'], 'grpc'),
      fields: FIELDS,
      randomSampling: optional('Sampling'),
      clientSampling: optional('Sampling'),
      path: text('The path, over HTTP.'),
    }),
  ),
  metrics: orNone(
    object('Metrics.', {
      remove: texts('Metrics that are left out.'),
      fields: orNone(
        object('Labels of metrics.', {
          add: expressions('Labels that are added: names and expressions.'),
        }),
      ),
    }),
  ),
  hbone: orNone(
    object('Tunnels of the mesh.', {
      windowSize: whole('Bytes of a stream that may be under way.', 32, { nullable: true }),
      connectionWindowSize: whole('Bytes of a connection that may be under way.', 32, {
        nullable: true,
      }),
      frameSize: whole('Bytes of a frame at the most.', 32, { nullable: true }),
      poolMaxStreamsPerConn: whole('Streams of a connection at the most.', 16, { nullable: true }),
      poolUnusedReleaseTimeout: duration('How long an unused connection is kept.'),
    }),
  ),
};

const RATES: Properties = Object.fromEntries(
  [...['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'inputAudio', 'outputAudio']].map(
    (kind) => [kind, MONEY],
  ),
);

export const CONFIG: Definitions = {
  Config: object(
    'Settings of the process, read once at start.',
    { ...RUN, ...noneRun(OTHERS) },
    { nullable: true },
  ),
  ModelCatalogSource: object(
    'A catalog: a file, or the catalog itself.',
    {
      file: name('The path of a file.'),
      inline: {
        description: 'The catalog, as a map or as the text of one.',
        anyOf: [{ type: 'string' }, ref('ModelCatalog')],
      },
    },
    { rules: [exactlyOneOf('file', 'inline')] },
  ),
  ModelCatalog: object('Models by provider.', {
    providers: map(
      'Providers by name.',
      object('A provider.', {
        models: map(
          'Models by name.',
          object('A model.', {
            rates: ref('ModelRates'),
            tiers: list(
              'Other rates for long prompts.',
              object(
                'Rates from a length on.',
                {
                  contextOver: whole('Tokens of a prompt above which they hold.', 64),
                  rates: ref('ModelRates'),
                },
                { required: ['contextOver', 'rates'] },
              ),
            ),
            tags: texts('Words that it is found by.'),
          }),
        ),
      }),
    ),
  }),
  ModelRates: object('What it costs.', RATES),
};
