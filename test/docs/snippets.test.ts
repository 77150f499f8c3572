import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '..', '..');

/** What the snippets of a page take as given. */
const GIVEN = `
import { ApiObject, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import {
  AllowedRoutes, ApiKeyMode, ApiKeyPolicy, ApiKeys, AuthorizationPolicy, Backend, BasicAuthMode, BasicAuthPolicy, BasicAuthUsers,
  Cel, CredentialLocation, DirectResponse, ExtAuth, ExtAuthFailureMode, ExtAuthProtocol, ExtAuthService, Gateway, HttpMethod, HttpRoute, Jwks, JwtMode, JwtPolicy, Listener, LlmAuth, LlmBackend, LlmProvider, PathMatch, PathRewrite, Policy, RateLimit, RateLimitPolicy, RateLimitUnit, Redirect, ReferenceGrant, ReferenceGrantFrom, ReferenceGrantTo, RouteFilter,
  RouteMatch, SecretReference, StaticBackend, WeightedBackends,
} from 'cdk8s-agentgateway';
import { HTTPRoute } from 'cdk8s-agentgateway/imports/gateway.networking.k8s.io';
import { Secret, Service } from 'cdk8s-plus-28';
declare const given: { gateway: Gateway; route: HttpRoute; service: Service; secret: Secret; keys: Secret; httpbin: { service: Service } };
`;

const NAMES = ['gateway', 'route', 'service', 'secret', 'keys', 'httpbin'];

function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
  const apps = readdirSync(join(ROOT, 'apps'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const readmes = apps.map(({ name }) => `apps/${name}/README.md`);
  const candidates = ['README.md', ...docs.map((file) => `docs/${file}`), ...readmes];
  return candidates.filter((page) => snippetsOf(page).length > 0);
}

function snippetsOf(page: string): string[] {
  if (page.startsWith('apps/') && !readdirSync(join(ROOT, page, '..')).includes('README.md'))
    return [];
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, snippet]) => snippet);
}

/** A snippet without imports stands inside a chart, and uses what its page has introduced. */
function moduleOf(snippet: string): string {
  if (/^import /m.test(snippet)) return snippet;
  const declared = [...snippet.matchAll(/^const (\w+)/gm)].map(([, name]) => name);
  const taken = NAMES.filter((name) => !declared.includes(name));
  return `${GIVEN}
export class Page extends Chart {
  show() {
    const { ${taken.join(', ')} } = given;
${snippet}
  }
}`;
}

/** The findings of the compiler on each text, as it would stand in the repository. */
function compile(texts: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const settings = { ...options, noEmit: true, noUnusedLocals: false };
  const files = new Map(texts.map((text, index) => [join(ROOT, `snippet-${index}.ts`), text]));
  const host = ts.createCompilerHost(settings);
  const read = host.readFile.bind(host);
  const exists = host.fileExists.bind(host);
  host.readFile = (file) => files.get(file) ?? read(file);
  host.fileExists = (file) => files.has(file) || exists(file);
  host.getSourceFile = (file, version) => {
    const text = host.readFile(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    return file && files.has(file.fileName) ? `${files.get(file.fileName)}\n${text}` : text;
  });
}

describe('the TypeScript of every page', { timeout: 60_000 }, () => {
  it('compiles', () => {
    const snippets = pages().flatMap(snippetsOf);
    expect(snippets.length).toBeGreaterThan(8);
    expect(compile(snippets.map(moduleOf))).toEqual([]);
  });

  it('is found wrong when it is', () => {
    expect(
      compile([moduleOf('new ApiKeyPolicy(this, "Wrong", { target: "gateway" });')]),
    ).not.toEqual([]);
  });
});
