import { isFormat, type LlmFormat, type RouteType } from './format';

/** A provider as the standalone file names it, with all settings that any of them has. */
export interface ProviderSettings {
  readonly kind: ProviderKind;
  /** Replaces the model that clients ask for. */
  readonly model?: string;
  /** Azure: names the host. */
  readonly resourceName?: string;
  /** Azure. @default 'openAI' */
  readonly resourceType?: 'openAI' | 'foundry' | 'aiServices';
  /** Azure. @default 'v1' */
  readonly apiVersion?: string;
  /** Azure Foundry. @default - the name of the resource */
  readonly projectName?: string;
  /** Bedrock, Vertex AI. */
  readonly region?: string;
  /** Custom: what it is called in logs. @default 'custom' */
  readonly providerOverride?: string;
  /** Custom: what it accepts. */
  readonly formats?: readonly CustomFormat[];
}

export interface CustomFormat {
  readonly type: LlmFormat;
  /** @default - the path of OpenAI's or Anthropic's API */
  readonly path?: string;
}

export const PROVIDER_KINDS = [
  'openAI',
  'azure',
  'anthropic',
  'gemini',
  'custom',
  'vertex',
  'bedrock',
  'copilot',
] as const;

export type ProviderKind = (typeof PROVIDER_KINDS)[number];

interface ProviderRow {
  /** `gen_ai.provider.name`. */
  readonly name: string;
  readonly host: (settings: ProviderSettings) => string | undefined;
  /** What stands before a path and is replaced by a `pathPrefix`. */
  readonly basePath: string;
  readonly paths: (settings: ProviderSettings, model: string) => Paths;
  /** How it lets callers in when no credential is configured. */
  readonly implicitCredentials?: string;
  /** Why this gateway does not run it. */
  readonly notRun?: string;
}

/** Where a format is served, behind the base path. */
type Paths = Readonly<Partial<Record<LlmFormat, string>>>;

const OPENAI_PATHS: Paths = {
  completions: '/chat/completions',
  responses: '/responses',
  embeddings: '/embeddings',
  realtime: '/realtime',
  rerank: '/rerank',
};

const ANTHROPIC_PATHS: Paths = {
  messages: '/messages',
  anthropicTokenCount: '/messages/count_tokens',
};

const ROWS: Readonly<Record<ProviderKind, ProviderRow>> = {
  openAI: {
    name: 'openai',
    host: () => 'api.openai.com',
    basePath: '/v1',
    paths: () => OPENAI_PATHS,
  },
  anthropic: {
    name: 'anthropic',
    host: () => 'api.anthropic.com',
    basePath: '/v1',
    paths: () => ANTHROPIC_PATHS,
  },
  gemini: {
    name: 'gcp.gemini',
    host: () => 'generativelanguage.googleapis.com',
    basePath: '',
    paths: () => ({
      completions: '/v1beta/openai/chat/completions',
      embeddings: '/v1beta/openai/embeddings',
    }),
  },
  azure: {
    name: 'azure',
    host: azureHost,
    basePath: '',
    paths: azurePaths,
    implicitCredentials: 'an identity of Azure',
  },
  custom: {
    name: 'custom',
    host: () => undefined,
    basePath: '/v1',
    paths: ({ formats = [] }) =>
      Object.fromEntries(formats.map(({ type }) => [type, defaultPath(type)])),
  },
  vertex: {
    name: 'gcp.vertex_ai',
    host: vertexHost,
    basePath: '',
    paths: () => ({}),
    notRun: 'Vertex AI needs credentials of Google Cloud',
  },
  bedrock: {
    name: 'aws.bedrock',
    host: ({ region = 'us-east-1' }) => `bedrock-runtime.${region}.amazonaws.com`,
    basePath: '',
    paths: () => ({}),
    notRun: 'Bedrock needs requests that are signed with credentials of AWS',
  },
  copilot: {
    name: 'copilot',
    host: () => 'api.githubcopilot.com',
    basePath: '',
    paths: () => OPENAI_PATHS,
    notRun: 'Copilot needs a token of GitHub that is exchanged again and again',
  },
};

/** Why this gateway does not run a provider; nothing where it does. */
export function whyNotRun(kind: ProviderKind): string | undefined {
  return ROWS[kind].notRun;
}

/** Whose identity a provider uses where no credential is configured, which this gateway has not. */
export function implicitCredentials(kind: ProviderKind): string | undefined {
  return ROWS[kind].implicitCredentials;
}

/** `gen_ai.provider.name`. */
export function providerName({ kind, providerOverride }: ProviderSettings): string {
  return kind === 'custom' && providerOverride ? providerOverride : ROWS[kind].name;
}

/** The host that is asked at port 443 with TLS; nothing where the configuration must name one. */
export function providerHost(settings: ProviderSettings): string | undefined {
  return ROWS[settings.kind].host(settings);
}

/** What a provider accepts for a model. */
export function supportedFormats(
  settings: ProviderSettings,
  model: string,
): ReadonlySet<LlmFormat> {
  return new Set(Object.keys(ROWS[settings.kind].paths(settings, model)) as LlmFormat[]);
}

const PATH_SEGMENT = /^[\w.:@~-]+$/;

/** Whether a model can be asked for: where it is a part of the path, it must not lead elsewhere. */
export function isAskable(settings: ProviderSettings, model: string): boolean {
  const { kind, apiVersion = 'v1' } = settings;
  const inPath =
    kind === 'azure' && !isFoundry(settings) && apiVersion !== 'v1' && apiVersion !== 'preview';
  return !inPath || (PATH_SEGMENT.test(model) && !/^\.\.?$/.test(model));
}

/** How the upstream path is chosen, next to the provider itself. */
export interface PathOptions {
  /** Replaces path and query. */
  readonly pathOverride?: string;
  /** Replaces the base path, such as `/v1`. */
  readonly pathPrefix?: string;
  /** Another host: it gets the client's own path unless there is a prefix. */
  readonly hostOverride?: boolean;
}

/** What the client asked. */
export interface AskedPath {
  readonly route: RouteType;
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
}

/** Path and query of the request to the provider. `format` is the one that it gets. */
export function upstreamPath(
  settings: ProviderSettings,
  options: PathOptions,
  asked: AskedPath,
  format: LlmFormat | undefined,
  model: string,
): string {
  if (options.pathOverride !== undefined) return options.pathOverride;
  return withQuery(defaultUpstreamPath(settings, options, asked, format, model), asked.query);
}

function defaultUpstreamPath(
  settings: ProviderSettings,
  { pathPrefix, hostOverride }: PathOptions,
  { route, path }: AskedPath,
  format: LlmFormat | undefined,
  model: string,
): string {
  const { basePath, paths } = ROWS[settings.kind];
  const prefix = pathPrefix?.replace(/\/+$/, '');
  if (format === undefined || !isFormat(route)) {
    return prefix === undefined ? path : prefix + withoutBase(path, basePath);
  }
  const custom = settings.kind === 'custom';
  if (hostOverride && prefix === undefined && !custom) return path;
  const own = custom ? settings.formats?.find(({ type }) => type === format)?.path : undefined;
  return own ?? (prefix ?? basePath) + (paths(settings, model)[format] ?? defaultPath(format));
}

function withoutBase(path: string, basePath: string): string {
  if (!path.startsWith(basePath)) return path;
  const rest = path.slice(basePath.length);
  return rest === '' || rest.startsWith('/') ? rest : path;
}

function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function defaultPath(format: LlmFormat): string {
  return ANTHROPIC_PATHS[format] ?? OPENAI_PATHS[format] ?? '/chat/completions';
}

function isFoundry({ resourceType }: ProviderSettings): boolean {
  return resourceType === 'foundry' || resourceType === 'aiServices';
}

function azureHost(settings: ProviderSettings): string {
  const { resourceName = '' } = settings;
  return isFoundry(settings)
    ? `${resourceName}.services.ai.azure.com`
    : `${resourceName}.openai.azure.com`;
}

/** Foundry serves Claude's models at Anthropic's paths and all others below its project. */
function azurePaths(settings: ProviderSettings, asked: string): Paths {
  const { resourceName = '', projectName, apiVersion = 'v1', model = asked } = settings;
  if (isFoundry(settings)) {
    const project = encodeURIComponent(projectName ?? resourceName);
    const paths = azurePathsBelow(`/api/projects/${project}/openai/v1`, '');
    if (!model.toLowerCase().startsWith('claude')) return paths;
    const claudes = {
      messages: '/anthropic/v1/messages',
      anthropicTokenCount: '/anthropic/v1/messages/count_tokens',
    };
    return { ...paths, ...claudes };
  }
  if (apiVersion === 'v1') return azurePathsBelow('/openai/v1', '');
  const version = `?api-version=${encodeURIComponent(apiVersion)}`;
  if (apiVersion === 'preview') return azurePathsBelow('/openai/v1', version);
  return azurePathsBelow(`/openai/deployments/${model}`, version);
}

function azurePathsBelow(base: string, query: string): Paths {
  const { completions, responses, embeddings } = OPENAI_PATHS;
  return {
    completions: `${base}${completions}${query}`,
    responses: `${base}${responses}${query}`,
    embeddings: `${base}${embeddings}${query}`,
  };
}

function vertexHost({ region = 'global' }: ProviderSettings): string {
  if (region === 'global' || region === '') return 'aiplatform.googleapis.com';
  if (region === 'us' || region === 'eu') return `aiplatform.${region}.rep.googleapis.com`;
  return `${region}-aiplatform.googleapis.com`;
}
