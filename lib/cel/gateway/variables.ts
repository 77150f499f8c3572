import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  list,
  MAP,
  object,
  STRING,
  TIMESTAMP,
} from '../cel-type';
import { ALL_PHASES, type Phase } from './phase';
import { secretField } from './secret';

/** A field that expressions may read, or a variable, which is a field of the whole. */
export interface Field {
  readonly type?: CelType;
  /** Of objects, unless `type` says what it is. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** Other fields may be there too, of any type. @default false */
  readonly open?: boolean;
  /** A credential: it prints as a placeholder, and `unredacted()` gives its value. @default false */
  readonly secret?: boolean;
  /** Whether it is always there where what is around it is. @default false */
  readonly always?: boolean;
  /** @default - wherever the field around it is */
  readonly phases?: readonly Phase[];
  readonly doc: string;
}

const HTTP: readonly Phase[] = ALL_PHASES.filter((phase) => phase !== 'network');
const ROUTED: readonly Phase[] = HTTP.filter((phase) => phase !== 'gateway');
const BACKENDS: readonly Phase[] = ROUTED.filter((phase) => phase !== 'route');
const ANSWERED: readonly Phase[] = ['response', 'log'];
const LOGGED: readonly Phase[] = ['log'];

/** Header fields, by name and without regard to case: one line is a string, several are a list. */
export const HEADERS = object('headers', {}, { open: true });

const string = (doc: string): Field => ({ type: STRING, doc });
const always = (doc: string): Field => ({ type: STRING, doc, always: true });
const int = (doc: string): Field => ({ type: INT, doc });
const double = (doc: string): Field => ({ type: DOUBLE, doc });

const REQUEST: Readonly<Record<string, Field>> = {
  method: always('the method, such as GET'),
  uri: always('the whole URI: http://example.com/path?a=b'),
  host: always('the authority: example.com, example.com:8080'),
  scheme: always('http or https'),
  path: always('the path without the query'),
  pathAndQuery: always('the path with the query'),
  version: always('HTTP/1.1, HTTP/2.0'),
  headers: { type: HEADERS, doc: 'the header fields', always: true },
  body: { type: BYTES, doc: 'the body; an expression that reads it makes the gateway wait for it' },
  bodyPrefix: { type: BYTES, doc: 'the body as far as the buffer holds it' },
  startTime: { type: TIMESTAMP, doc: 'when it came' },
  endTime: { type: TIMESTAMP, doc: 'when the answer had been sent', phases: LOGGED },
};

const RESPONSE: Readonly<Record<string, Field>> = {
  code: { type: INT, doc: 'the status', always: true },
  grpcStatus: int('the status of gRPC'),
  headers: { type: HEADERS, doc: 'the header fields', always: true },
  body: { type: BYTES, doc: 'the body; an expression that reads it makes the gateway wait for it' },
  bodyPrefix: { type: BYTES, doc: 'the body as far as the buffer holds it' },
};

const IDENTITY: Readonly<Record<string, Field>> = {
  trustDomain: always('the trust domain'),
  namespace: always('the namespace'),
  serviceAccount: always('the service account'),
};

const SOURCE: Readonly<Record<string, Field>> = {
  address: always('the address of the client'),
  port: { type: INT, doc: 'the port of the client', always: true },
  rawAddress: string('the address of the TCP peer, which a tunnel or the PROXY protocol hides'),
  rawPort: int('the port of the TCP peer'),
  identity: { fields: IDENTITY, doc: 'who the client is by its SPIFFE certificate' },
  subjectAltNames: { type: list(STRING), doc: "the client certificate's alternative names" },
  issuer: string("the client certificate's issuer"),
  subject: string("the client certificate's subject"),
  subjectCn: string("the common name in the client certificate's subject"),
  certificate: string('the client certificate in PEM'),
  unverifiedWorkload: {
    fields: {
      name: always('the pod'),
      namespace: always('its namespace'),
      serviceAccount: always('its service account'),
    },
    doc: 'the workload that has the address; nothing proves it',
  },
  tunnel: {
    fields: { identity: { fields: IDENTITY, doc: 'who opened the tunnel' } },
    doc: 'the tunnel that the connection came through',
  },
  connectHeaders: { type: HEADERS, doc: 'the header fields of CONNECT; nothing proves them' },
};

const PROXY: Readonly<Record<string, Field>> = {
  bind: string('the bind that took the request'),
  gateway: {
    fields: { namespace: always('its namespace'), name: always('its name') },
    doc: 'the Gateway',
  },
  listener: { fields: { name: always('its name') }, doc: 'the listener' },
  route: {
    fields: {
      namespace: always('its namespace'),
      name: always('its name'),
      kind: string('HTTPRoute, GRPCRoute, …'),
      rule: string('the name of the rule'),
    },
    phases: ROUTED,
    doc: 'the route',
  },
  requestProcessingDuration: { type: DURATION, doc: 'until the call upstream', phases: LOGGED },
  upstreamDuration: { type: DURATION, doc: 'how long the upstream took', phases: LOGGED },
  responseProcessingDuration: { type: DURATION, doc: 'from the answer on', phases: LOGGED },
};

/** RFC 7519 §4.1, and claims of OpenID Connect that are strings wherever they are used. */
const CLAIMS: Readonly<Record<string, Field>> = {
  iss: string('who issued it'),
  sub: string('whom it is about'),
  aud: { type: DYN, doc: 'for whom it is: a string or a list of them' },
  exp: int('when it expires, in seconds since 1970'),
  nbf: int('from when on it holds, in seconds since 1970'),
  iat: int('when it was issued, in seconds since 1970'),
  jti: string('its identifier'),
  email: string('the mail address'),
  rawToken: { type: STRING, secret: true, always: true, doc: 'the token itself' },
};

const ITEM: Readonly<Record<string, Field>> = {
  target: always('the server that it is of'),
  name: always('its name, without a prefix'),
};

const MCP: Readonly<Record<string, Field>> = {
  methodName: { type: STRING, doc: 'the method, such as tools/call', phases: LOGGED },
  sessionId: { type: STRING, doc: 'the session', phases: LOGGED },
  tool: {
    fields: {
      ...ITEM,
      arguments: { type: MAP, doc: 'what the call was given', phases: LOGGED },
      result: { type: DYN, doc: 'what the call gave', phases: LOGGED },
      error: { type: DYN, doc: 'what the call failed with', phases: LOGGED },
    },
    doc: 'the tool',
  },
  prompt: { fields: ITEM, doc: 'the prompt' },
  resource: { fields: ITEM, doc: 'the resource; its name is its URI' },
  task: { fields: ITEM, doc: 'the task' },
};

const RATES: Readonly<Record<string, Field>> = {
  input: double('of input'),
  output: double('of output'),
  cacheRead: double('of reads from the cache'),
  cacheWrite: double('of writes to the cache'),
  reasoning: double('of reasoning'),
  inputAudio: double('of audio in'),
  outputAudio: double('of audio out'),
};

const LLM: Readonly<Record<string, Field>> = {
  streaming: { type: BOOL, doc: 'whether the answer is streamed', always: true },
  requestModel: always('the model asked for'),
  responseModel: string('the model that answered'),
  provider: always('the provider'),
  inputTokens: int('tokens of the prompt'),
  providerInputTokens: int('tokens of the prompt as the provider counts them'),
  inputImageTokens: int('tokens of images in the prompt'),
  inputTextTokens: int('tokens of text in the prompt, where they are counted apart'),
  inputAudioTokens: int('tokens of audio in the prompt'),
  cachedInputTokens: int('tokens read from the cache'),
  cacheCreationInputTokens: int('tokens written to the cache'),
  outputTokens: int('tokens of the answer'),
  outputImageTokens: int('tokens of images in the answer'),
  outputTextTokens: int('tokens of text in the answer'),
  outputAudioTokens: int('tokens of audio in the answer'),
  reasoningTokens: int('tokens of reasoning'),
  totalTokens: int('tokens in all'),
  providerTotalTokens: int('tokens in all as the provider counts them'),
  serviceTier: string('the tier that served it'),
  timeToFirstToken: { type: DURATION, doc: 'until the first token' },
  timePerOutputToken: { type: DURATION, doc: 'for each token after the first' },
  countTokens: int('what the endpoint for counting gave'),
  prompt: {
    type: list(object('message', { role: STRING, content: STRING })),
    doc: 'the messages of the prompt; long ones take time to read',
  },
  completion: { type: list(STRING), doc: 'the answers; long ones take time to read' },
  toolCalls: {
    type: list(object('toolCall', { id: STRING, name: STRING, arguments: DYN })),
    doc: 'the calls of tools that the model asks for',
  },
  params: {
    fields: {
      temperature: double('how freely it samples'),
      top_p: double('from how likely tokens it samples'),
      frequency_penalty: double('against tokens that are frequent'),
      presence_penalty: double('against tokens that are present'),
      seed: int('the seed'),
      max_tokens: int('how many tokens at most'),
      encoding_format: string('of embeddings'),
      dimensions: int('of embeddings'),
    },
    doc: 'the parameters of the request',
  },
  cost: {
    fields: { total: double('in all'), ...RATES },
    doc: 'what it cost, in US dollars',
  },
  costRates: { fields: RATES, doc: 'US dollars for a million tokens' },
};

/** Everything that agentgateway lets expressions read, and when. */
export const VARIABLES: Readonly<Record<string, Field>> = {
  request: { fields: REQUEST, phases: HTTP, doc: 'the request', always: true },
  response: { fields: RESPONSE, phases: ANSWERED, doc: 'the response' },
  source: { fields: SOURCE, doc: 'the client and its connection', always: true },
  destination: {
    fields: {
      address: always('the address that the client connected to'),
      port: { type: INT, doc: 'the port that the client connected to', always: true },
    },
    phases: HTTP,
    doc: 'where the connection arrived',
    always: true,
  },
  proxy: { fields: PROXY, phases: HTTP, doc: 'the gateway, listener and route', always: true },
  env: {
    fields: {
      podName: string('the pod of the gateway'),
      namespace: string('the namespace of the gateway'),
      gateway: string('the Gateway that it runs as'),
    },
    doc: 'the gateway itself',
    always: true,
  },
  jwt: { fields: CLAIMS, open: true, phases: HTTP, doc: 'the claims of the verified token' },
  apiKey: {
    fields: { key: { type: STRING, secret: true, always: true, doc: 'the key itself' } },
    open: true,
    phases: HTTP,
    doc: 'the metadata of the API key',
  },
  basicAuth: {
    fields: { username: always('the name') },
    phases: HTTP,
    doc: 'the user of basic authentication',
  },
  extauthz: { type: MAP, phases: HTTP, doc: 'what the external authorizer added' },
  extproc: { type: MAP, phases: HTTP, doc: 'what the external processor added' },
  metadata: { type: MAP, phases: HTTP, doc: 'what transformations before have set' },
  backend: {
    fields: {
      name: always('its name'),
      type: always('ai, mcp, static, dynamic, service or unknown'),
      protocol: always('http, tcp, a2a, mcp or llm'),
    },
    phases: BACKENDS,
    doc: 'the backend',
  },
  mcp: { fields: MCP, phases: ['mcp-authorization', 'log'], doc: 'the request of MCP' },
  mcpGuardrails: {
    type: MAP,
    phases: ['mcp-authorization', 'log'],
    doc: 'what the guardrails of MCP added',
  },
  llm: {
    fields: LLM,
    phases: ['llm-request', 'llm-usage', 'response', 'log'],
    doc: 'the request to the model and its answer',
  },
  llmRequest: { type: DYN, phases: ['llm-request'], doc: 'the body of the request to the model' },
};

/** Whether a field is there in a phase, as far as it says itself. */
export function isIn(field: Field, phase: Phase): boolean {
  return field.phases?.includes(phase) ?? true;
}

/** The type of each variable of a phase, with the fields that the phase has. */
export function typesIn(phase: Phase): Readonly<Record<string, CelType>> {
  return fieldTypes(VARIABLES, phase);
}

function fieldTypes(
  fields: Readonly<Record<string, Field>>,
  phase: Phase,
): Readonly<Record<string, CelType>> {
  const present = Object.entries(fields).filter(([, field]) => isIn(field, phase));
  return Object.fromEntries(
    present.flatMap(([name, field]) => {
      const type = typeOf(name, field, phase);
      return field.secret
        ? [
            [name, type],
            [secretField(name), type],
          ]
        : [[name, type]];
    }),
  );
}

function typeOf(name: string, { type, fields, open }: Field, phase: Phase): CelType {
  return type ?? object(name, fieldTypes(fields ?? {}, phase), { ...(open && { open }) });
}
