import { quoted } from '../../schema/json';
import type {
  AzureSettings,
  CustomProviderSettings,
  LlmProviderEntry,
} from '../../standalone/document';
import { parseHost } from '../../standalone/host';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, type KubeObject } from '../objects';
import { lowerFirst } from './ai-policies';
import { isPoliced } from './policed';
import { type TranslatedTarget, translateService } from './service';

const HINT = 'remove it, or run this with agentgateway';
const ADDRESS = ['host', 'port', 'path', 'pathPrefix'];

/** As an API server writes them where nothing is written. */
const VERTEX_REGION = 'global';
const BEDROCK_REGION = 'us-east-1';
const MODERATION_MODEL = 'omni-moderation-latest';

type Settings = Readonly<Record<string, unknown>>;
type Provider = LlmProviderEntry['provider'];

/** Who runs the model, where it is, and what its Service asks for. */
export type TranslatedProvider = Omit<LlmProviderEntry, 'name' | 'policies'> & {
  readonly service?: TranslatedTarget;
};

const PROVIDERS: Readonly<Record<string, (settings: Fields) => Provider | undefined>> = {
  openai: (settings) => ({ openAI: translateOpenAi(settings) }),
  azureopenai: translateAzureOpenAi,
  azure: (settings) => ({ azure: translateAzure(settings) }),
  anthropic: (settings) => ({ anthropic: modelOnly(settings, 'Anthropic') }),
  gemini: (settings) => ({ gemini: modelOnly(settings, 'Gemini') }),
  vertexai: (settings) => ({ vertex: translateVertex(settings) }),
  bedrock: (settings) => ({ bedrock: translateBedrock(settings) }),
  custom: (settings) => ({ custom: translateCustom(settings) }),
};

/** Nothing where it cannot be said, or its server does not resolve, which is then a finding. */
export function translateProvider(
  written: Fields,
  backend: KubeObject,
  context: Context,
  beside: readonly string[] = [],
): TranslatedProvider | undefined {
  written.refuseOthers([...Object.keys(PROVIDERS), ...ADDRESS, ...beside], 'a provider', HINT);
  const kind = Object.keys(PROVIDERS).find((name) => written.has(name));
  const settings = kind === undefined ? undefined : written.fields(kind);
  if (!settings) {
    if (kind === undefined) reportNone(written);
    return undefined;
  }
  const provider = PROVIDERS[kind!]!(settings);
  const reference = settings.fields('backendRef');
  const service = reference && servingBackend(reference, backend, context);
  if (!provider || (reference && !service)) return undefined;
  const host = service?.host ?? writtenHost(written);
  const path = written.text('path');
  const pathPrefix = written.text('pathPrefix');
  return {
    provider,
    ...(host !== undefined && { hostOverride: host }),
    ...(path !== undefined && { pathOverride: path }),
    ...(pathPrefix !== undefined && { pathPrefix }),
    ...(service && { service }),
  };
}

function reportNone(written: Fields): void {
  written.findings.error(
    'Required',
    written.path,
    'the provider has no kind',
    `write one of ${Object.keys(PROVIDERS).map(quoted).join(', ')}`,
  );
}

function writtenHost(written: Fields): string | undefined {
  const host = written.text('host');
  if (host === undefined) return undefined;
  const target = `${host}:${written.integer('port', 1, 65_535) ?? 443}`;
  const parsed = parseHost(target);
  if ('problem' in parsed) {
    written.findings.error('Invalid', written.at('host'), parsed.problem, parsed.hint);
  }
  return target;
}

/** An InferencePool has no list of pods outside a cluster. */
function servingBackend(
  reference: Fields,
  backend: KubeObject,
  context: Context,
): TranslatedTarget | undefined {
  const group = reference.text('group') ?? CORE;
  const kind = reference.text('kind') ?? 'Service';
  const name = reference.text('name') ?? '';
  const namespace = reference.text('namespace') ?? backend.key.namespace;
  if (group === CORE && kind === 'Service' && namespace === backend.key.namespace) {
    if (isPoliced(reference, namespace, context)) return undefined;
    return translateService(reference, namespace, name, context);
  }
  reference.findings.error(
    'Unsupported',
    reference.at(namespace === backend.key.namespace ? 'kind' : 'namespace'),
    `a standalone file cannot say that ${quoted(kind)} ${quoted(`${namespace}/${name}`)} serves models, so requests are answered 500`,
    'refer to a Service of the namespace of the backend, or run this with agentgateway in the cluster',
  );
  return undefined;
}

// ---------------------------------------------------------------- kinds

function modelOnly(settings: Fields, name: string): Settings {
  settings.refuseOthers(['model'], name, HINT);
  return textsOf(settings, ['model']);
}

function translateOpenAi(openai: Fields): Settings {
  openai.refuseOthers(['model', 'moderation'], 'OpenAI', HINT);
  const moderation = openai.fields('moderation');
  return {
    ...textsOf(openai, ['model']),
    ...(moderation && { moderation: translateModeration(moderation) }),
  };
}

function translateModeration(moderation: Fields): Settings {
  moderation.refuseOthers(['model', 'policy'], 'moderation', HINT);
  const policy = moderation.fields('policy');
  policy?.refuseOthers(['input', 'output'], 'moderation', HINT);
  const judged = ['input', 'output'].flatMap((name) => {
    const mode = policy?.fields(name)?.choice('mode', ['Block', 'Score']);
    return mode ? [[name, { mode: mode.toLowerCase() }]] : [];
  });
  return {
    model: moderation.text('model') ?? MODERATION_MODEL,
    ...(policy && { policy: Object.fromEntries(judged) }),
  };
}

const AZURE_OPENAI = /^([a-z0-9][a-z0-9-]*)\.openai\.azure\.com$/i;

/** A file names the resource, not its host. */
function translateAzureOpenAi(azure: Fields): Provider | undefined {
  azure.refuseOthers(['endpoint', 'deploymentName', 'apiVersion'], 'Azure OpenAI', HINT);
  const endpoint = azure.text('endpoint') ?? '';
  const resourceName = AZURE_OPENAI.exec(endpoint)?.[1];
  if (resourceName === undefined) {
    azure.findings.error(
      'Unsupported',
      azure.at('endpoint'),
      `a standalone file names the resource, and ${quoted(endpoint)} is not the host of one, so requests are answered 500`,
      'write a host such as `shop.openai.azure.com`, or `azure` with `resourceName` and `resourceType`',
    );
    return undefined;
  }
  const model = azure.text('deploymentName');
  return {
    azure: {
      ...(model !== undefined && { model }),
      resourceName,
      resourceType: 'openAI',
      ...textsOf(azure, ['apiVersion']),
    },
  };
}

const RESOURCE_TYPES = { OpenAI: 'openAI', Foundry: 'foundry' } as const;

function translateAzure(azure: Fields): AzureSettings {
  const texts = ['model', 'resourceName', 'projectName', 'apiVersion'];
  azure.refuseOthers([...texts, 'resourceType'], 'Azure', HINT);
  const type = azure.choice('resourceType', ['OpenAI', 'Foundry']) ?? 'OpenAI';
  return {
    ...textsOf(azure, ['model']),
    resourceName: azure.text('resourceName') ?? '',
    resourceType: RESOURCE_TYPES[type],
    ...textsOf(azure, ['projectName', 'apiVersion']),
  };
}

function translateVertex(vertex: Fields): Settings {
  vertex.refuseOthers(['model', 'projectId', 'region'], 'Vertex AI', HINT);
  const region = vertex.text('region') ?? VERTEX_REGION;
  return { ...textsOf(vertex, ['model', 'projectId']), region };
}

function translateBedrock(bedrock: Fields): Settings {
  bedrock.refuseOthers(['model', 'region', 'guardrail'], 'Bedrock', HINT);
  const guardrail = bedrock.fields('guardrail');
  guardrail?.refuseOthers(['identifier', 'version'], 'a guardrail', HINT);
  return {
    ...textsOf(bedrock, ['model']),
    region: bedrock.text('region') ?? BEDROCK_REGION,
    ...(guardrail && {
      guardrailIdentifier: guardrail.text('identifier') ?? '',
      guardrailVersion: guardrail.text('version') ?? '',
    }),
  };
}

const FORMATS = [
  ...['AnthropicTokenCount', 'Completions', 'Embeddings', 'Messages', 'Realtime', 'Rerank'],
  'Responses',
];

function translateCustom(custom: Fields): CustomProviderSettings {
  custom.refuseOthers(['model', 'formats', 'backendRef'], 'a custom provider', HINT);
  const formats = custom.entries('formats').flatMap((format) => {
    format.refuseOthers(['type', 'path'], 'a format', HINT);
    const type = format.choice('type', FORMATS);
    return type ? [{ type: lowerFirst(type), ...textsOf(format, ['path']) }] : [];
  });
  return { ...textsOf(custom, ['model']), formats };
}

function textsOf(fields: Fields, names: readonly string[]): Settings {
  const read = names.map((name) => [name, fields.text(name)]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}
