import { SERVICE } from '../api-kinds';
import { groupOf, namespaceOf } from '../object-reference';
import { checkPort } from '../port';
import type { IResource } from '../resource';
import { LlmFormat } from './llm-format';

const HOST = /^[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?$/;
const MAX_NAME = 256;
const MAX_PATH = 1024;
const HTTPS_PORT = 443;
const AZURE_HOST = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/i;
const AWS_REGION = /^[a-z0-9-]{1,63}$/;

/** The formats that a server of one's own can speak. */
const SERVED = [
  LlmFormat.COMPLETIONS,
  LlmFormat.MESSAGES,
  LlmFormat.ANTHROPIC_TOKEN_COUNT,
  LlmFormat.RESPONSES,
  LlmFormat.EMBEDDINGS,
  LlmFormat.REALTIME,
  LlmFormat.RERANK,
];
const MAX_FORMATS = 6;

/** Where a provider is, if not at its own host. */
export interface LlmHostOptions {
  /**
   * Another host to call, without scheme and port.
   *
   * @default - the host of the provider
   */
  readonly host?: string;

  /**
   * Port of `host`.
   *
   * @default 443
   */
  readonly port?: number;

  /**
   * Whether `host` is called by TLS. Without, whoever sits in between reads prompts and keys.
   *
   * @default true
   */
  readonly tls?: boolean;

  /**
   * Another path to call, for every request.
   *
   * @default - that of the request's format, such as `/v1/chat/completions`
   */
  readonly path?: string;

  /**
   * What stands before the paths of the formats at `host`.
   *
   * @default - what the provider has there, such as `/v1`
   */
  readonly pathPrefix?: string;
}

/** Options of most factories of `LlmProvider`. */
export interface LlmProviderOptions extends LlmHostOptions {
  /**
   * The model that is asked for in place of the one that clients name.
   *
   * @default - the one that clients name; a request that names none is answered 400
   */
  readonly model?: string;
}

/** What becomes of what OpenAI's moderation objects to. */
export enum LlmModeration {
  /** It is refused. */
  BLOCK = 'Block',
  /** It passes, and the answer says how bad it is. */
  SCORE = 'Score',
}

/** Options of `LlmProvider.openAi`. */
export interface OpenAiOptions extends LlmProviderOptions {
  /**
   * What becomes of prompts that OpenAI's moderation objects to, which it judges in the same call.
   *
   * @default - prompts are not judged
   */
  readonly moderateInput?: LlmModeration;

  /**
   * What becomes of answers that OpenAI's moderation objects to.
   *
   * @default - answers are not judged
   */
  readonly moderateOutput?: LlmModeration;

  /**
   * Which of OpenAI's models judges.
   *
   * @default - `omni-moderation-latest`, where prompts or answers are judged
   */
  readonly moderationModel?: string;
}

/** Options of `LlmProvider.azureOpenAi`. */
export interface AzureOpenAiOptions extends LlmHostOptions {
  /** Host of the resource, `shop.openai.azure.com`. */
  readonly endpoint: string;

  /**
   * The deployment that answers.
   *
   * @default - the model that clients name, which `apiVersion` `v1` alone allows
   */
  readonly deploymentName?: string;

  /**
   * Version of the API: a date such as `2024-10-21`, or `v1`.
   *
   * @default - `v1`
   */
  readonly apiVersion?: string;
}

/** What kind of resource of Azure AI serves models. */
export enum AzureResourceType {
  /** Azure OpenAI. */
  OPENAI = 'OpenAI',
  /** A project of AI Foundry. */
  FOUNDRY = 'Foundry',
}

/** Options of `LlmProvider.azure`. */
export interface AzureOptions extends LlmProviderOptions {
  /** Name of the resource, the first part of its host: `shop` of `shop.openai.azure.com`. */
  readonly resourceName: string;

  /**
   * What kind of resource it is.
   *
   * @default AzureResourceType.OPENAI
   */
  readonly resourceType?: AzureResourceType;

  /**
   * The project, which AI Foundry needs.
   *
   * @default - none
   */
  readonly projectName?: string;

  /**
   * Version of the API: a date such as `2024-10-21`, or `v1`.
   *
   * @default - `v1`
   */
  readonly apiVersion?: string;
}

/** Options of `LlmProvider.vertexAi`. */
export interface VertexAiOptions extends LlmProviderOptions {
  /** Project of Google Cloud. */
  readonly projectId: string;

  /**
   * Region that answers, such as `europe-west1`.
   *
   * @default - `global`
   */
  readonly region?: string;
}

/** A guardrail of Amazon Bedrock. */
export interface BedrockGuardrail {
  /** Its ID or ARN. */
  readonly identifier: string;
  /** Its version: a number, or `DRAFT`. */
  readonly version: string;
}

/** Options of `LlmProvider.bedrock`. */
export interface BedrockOptions extends LlmProviderOptions {
  /**
   * Region of AWS that answers.
   *
   * @default - `us-east-1`
   */
  readonly region?: string;

  /**
   * A guardrail that calls are held to.
   *
   * @default - none
   */
  readonly guardrail?: BedrockGuardrail;
}

/** A format that a server speaks, and where. */
export interface LlmServedFormat {
  /** The format. */
  readonly type: LlmFormat;

  /**
   * The path at which it is spoken.
   *
   * @default - that of the format, such as `/v1/chat/completions`
   */
  readonly path?: string;
}

/** Options of `LlmProvider.custom`. */
export interface CustomLlmOptions extends LlmProviderOptions {
  /** Which formats the server speaks; requests in others are translated where that is possible. */
  readonly formats: LlmServedFormat[];
}

/** Options of `LlmProvider.fromService`. */
export interface ServiceLlmOptions {
  /** Port of the Service. */
  readonly port: number;

  /** Which formats the server speaks; requests in others are translated where that is possible. */
  readonly formats: LlmServedFormat[];

  /**
   * The model that is asked for in place of the one that clients name.
   *
   * @default - the one that clients name
   */
  readonly model?: string;

  /**
   * Whether the Service is called by TLS.
   *
   * @default false
   */
  readonly tls?: boolean;
}

/**
 * Who runs the model.
 *
 * @example
 * LlmProvider.openAi({ model: 'gpt-4.1-nano' })
 */
export class LlmProvider {
  /** OpenAI, or whoever speaks as it does at `host`. */
  public static openAi(options: OpenAiOptions = {}): LlmProvider {
    const { model } = options;
    return new LlmProvider('openai', { model, moderation: moderationOf(options) }, options);
  }

  /** A resource of Azure OpenAI by its host. */
  public static azureOpenAi(options: AzureOpenAiOptions): LlmProvider {
    const { endpoint, deploymentName, apiVersion } = options;
    if (!AZURE_HOST.test(endpoint) || endpoint.length > MAX_NAME)
      throw new Error(
        `endpoint "${endpoint}" is no host name; write it without scheme, port and path, for example "shop.openai.azure.com"`,
      );
    if (apiVersion !== undefined && apiVersion !== 'v1' && deploymentName === undefined)
      throw new Error(
        `apiVersion "${apiVersion}" needs a deployment; give \`deploymentName\`, or leave \`apiVersion\` out`,
      );
    return new LlmProvider('azureopenai', { endpoint, deploymentName, apiVersion }, options);
  }

  /** A resource of Azure OpenAI or AI Foundry by its name. */
  public static azure(options: AzureOptions): LlmProvider {
    const { model, resourceName, projectName, apiVersion } = options;
    const { resourceType = AzureResourceType.OPENAI } = options;
    if (resourceType === AzureResourceType.FOUNDRY && projectName === undefined)
      throw new Error(
        `resource "${resourceName}" of AI Foundry needs a project; give \`projectName\``,
      );
    if (!/^[a-zA-Z0-9-]{1,256}$/.test(resourceName))
      throw new Error(
        `resourceName "${resourceName}" must be the first part of the host alone, such as "shop" of "shop.openai.azure.com"`,
      );
    const settings = { model, resourceName, resourceType, projectName, apiVersion };
    return new LlmProvider('azure', settings, options);
  }

  /** Anthropic. */
  public static anthropic(options: LlmProviderOptions = {}): LlmProvider {
    return new LlmProvider('anthropic', { model: options.model }, options);
  }

  /** Google's Gemini API. */
  public static gemini(options: LlmProviderOptions = {}): LlmProvider {
    return new LlmProvider('gemini', { model: options.model }, options);
  }

  /** Models on Google Cloud, those of other makers included. */
  public static vertexAi(options: VertexAiOptions): LlmProvider {
    const { model, projectId, region } = options;
    checkLength(projectId, 'projectId', 64);
    if (region !== undefined) checkLength(region, 'region', 64);
    return new LlmProvider('vertexai', { model, projectId, region }, options);
  }

  /** Models on Amazon Bedrock. */
  public static bedrock(options: BedrockOptions = {}): LlmProvider {
    const { model, region, guardrail } = options;
    if (region !== undefined && !AWS_REGION.test(region))
      throw new Error(`region "${region}" is none of AWS; write for example "eu-central-1"`);
    return new LlmProvider(
      'bedrock',
      { model, region, guardrail: guardrail && { ...guardrail } },
      options,
    );
  }

  /**
   * A server that speaks formats known from others, at `host`.
   *
   * @example
   * LlmProvider.custom({ host: 'llm.example.com', formats: [{ type: LlmFormat.COMPLETIONS }] })
   */
  public static custom(options: CustomLlmOptions): LlmProvider {
    const { model, formats, host, path, pathPrefix } = options;
    checkFormats(formats);
    if (host === undefined)
      throw new Error(
        'LlmProvider.custom needs `host`, since nobody knows where it is; for a Service use LlmProvider.fromService',
      );
    if ((path ?? pathPrefix) !== undefined && formats.some((format) => format.path !== undefined))
      throw new Error(
        'LlmProvider.custom has `path` or `pathPrefix` beside formats with paths of their own; keep one way',
      );
    return new LlmProvider('custom', { model, formats: written(formats) }, options);
  }

  /**
   * A server in the cluster that speaks formats known from others, such as vLLM. The Service is of the backend's own
   * namespace.
   */
  public static fromService(service: IResource, options: ServiceLlmOptions): LlmProvider {
    const { model, formats, port, tls } = options;
    if (service.kind !== SERVICE.kind || groupOf(service.apiVersion) !== '')
      throw new Error(
        `LlmProvider.fromService takes a Service, got ${service.kind} \`${service.name}\``,
      );
    checkPort(port, `port of Service \`${service.name}\``);
    checkFormats(formats);
    const backendRef = { name: service.name, port };
    const settings = { model, formats: written(formats), backendRef };
    return new LlmProvider('custom', settings, {}, tls ?? false, service);
  }

  private constructor(
    private readonly kind: string,
    private readonly settings: { readonly [field: string]: unknown },
    private readonly options: LlmHostOptions,
    private readonly tls: boolean = options.host !== undefined && options.tls !== false,
    private readonly service?: IResource,
  ) {
    checkHost(options);
    checkPaths(options);
    if (settings.model !== undefined) checkLength(settings.model as string, 'model', MAX_NAME);
  }

  /**
   * Whether it is to be said that TLS is spoken: it goes without saying at a provider's own host, and at no other.
   *
   * @internal
   */
  public get _writesTls(): boolean {
    return this.tls;
  }

  /** @internal */
  public _checkReachable(namespace: string, reader: string): void {
    const own = this.service && namespaceOf(this.service);
    if (own === undefined || own === namespace) return;
    throw new Error(
      `Service \`${this.service?.name}\` is in namespace \`${own}\`, but ${reader} reaches Services of its own namespace \`${namespace}\` only; create the backend there, with metadata: { namespace: '${own}' }`,
    );
  }

  /** @internal */
  public _toKube(): { readonly [field: string]: unknown } {
    const { host, port, path, pathPrefix } = this.options;
    return {
      [this.kind]: this.settings,
      host,
      port: host === undefined ? undefined : (port ?? HTTPS_PORT),
      path,
      pathPrefix,
    };
  }
}

function moderationOf(options: OpenAiOptions): object | undefined {
  const { moderateInput: input, moderateOutput: output, moderationModel: model } = options;
  if (input !== undefined || output !== undefined)
    return {
      model,
      policy: { input: input && { mode: input }, output: output && { mode: output } },
    };
  if (model === undefined) return undefined;
  throw new Error(
    `moderationModel "${model}" judges nothing; say what becomes of prompts or answers with \`moderateInput\` or \`moderateOutput\``,
  );
}

function written(formats: readonly LlmServedFormat[]): object[] {
  return formats.map(({ type, path }) => ({ type, path }));
}

function checkFormats(formats: readonly LlmServedFormat[]): void {
  if (formats.length < 1 || formats.length > MAX_FORMATS)
    throw new Error(`a provider speaks 1 to ${MAX_FORMATS} formats, got ${formats.length}`);
  const seen = new Set<LlmFormat>();
  for (const { type, path } of formats) {
    if (!SERVED.includes(type))
      throw new Error(`format ${type} is served by no server; write one of ${SERVED.join(', ')}`);
    if (seen.has(type)) throw new Error(`format ${type} is named twice; keep one`);
    seen.add(type);
    if (path !== undefined) checkPath(path, `path of format ${type}`);
  }
}

function checkHost({ host, port, tls, pathPrefix }: LlmHostOptions): void {
  if (host === undefined) {
    if (port !== undefined)
      throw new Error(`port ${port} is of no host; give \`host\`, or leave \`port\` out`);
    if (tls !== undefined) throw new Error('`tls` is of no host; give `host`, or leave `tls` out');
    if (pathPrefix !== undefined)
      throw new Error(
        `pathPrefix "${pathPrefix}" stands before the paths of no host; give \`host\`, or leave it out`,
      );
    return;
  }
  if (!HOST.test(host) || host.length > MAX_NAME)
    throw new Error(
      `host "${host}" is no host name; write it without scheme, port and path, for example "llm.example.com"`,
    );
  if (port !== undefined) checkPort(port, `port of host \`${host}\``);
}

function checkPaths({ path, pathPrefix }: LlmHostOptions): void {
  if (path !== undefined && pathPrefix !== undefined)
    throw new Error('`path` and `pathPrefix` exclude each other; keep one of them');
  if (path !== undefined) checkPath(path, 'path');
  if (pathPrefix !== undefined) checkPath(pathPrefix, 'pathPrefix');
}

function checkPath(path: string, field: string): void {
  if (path.startsWith('/') && path.length <= MAX_PATH) return;
  throw new Error(`${field} "${path}" must begin with "/" and have at most ${MAX_PATH} characters`);
}

function checkLength(text: string, field: string, most: number): void {
  if (text.length >= 1 && text.length <= most) return;
  throw new Error(`${field} must have 1 to ${most} characters, got ${text.length}`);
}
