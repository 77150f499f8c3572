import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, JsonPatch, YamlOutputType } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import * as imports from '../imports/gateway.networking.k8s.io';
import {
  ApiKeyPolicy,
  ApiKeys,
  Backend,
  Gateway,
  GatewayApp,
  type GatewayAppProps,
  HttpRoute,
  Listener,
  Policy,
  RouteMatch,
  SecretReference,
  synthStandalone,
} from '../lib/index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const keys = ApiKeys.fromSecret(SecretReference.fromSecretName('keys'), { entries: ['alice'] });

function app(props: GatewayAppProps = {}): GatewayApp {
  return new GatewayApp({ outdir: join(folder, 'dist', 'kubernetes'), ...props });
}

function shop(root: GatewayApp, id = 'Edge') {
  const chart = new Chart(root, 'shop', { disableResourceNameHashes: true });
  const gateway = new Gateway(chart, id, { listeners: [Listener.http({ port: 8080 })] });
  const route = new HttpRoute(chart, 'Route', { gateway });
  const backend = Backend.fromServiceName(chart, 'Cart', 'cart', { port: 80 });
  const rule = route.addRule(backend, { matches: [RouteMatch.pathPrefix('/cart')] });
  return { chart, gateway, route, rule, backend };
}

function withTls(root: GatewayApp) {
  const { chart, gateway } = shop(root);
  const certificate = new kplus.TlsSecret(chart, 'Cert', {
    tlsCert: '-----BEGIN CERTIFICATE-----\nRkFLRQ==\n-----END CERTIFICATE-----\n',
    tlsKey: '-----BEGIN PRIVATE KEY-----\nRkFLRQ==\n-----END PRIVATE KEY-----\n',
  });
  gateway.addListener(Listener.https({ certificate }));
}

const file = (...path: string[]) => readFileSync(join(folder, 'dist', ...path), 'utf8');
const files = (path = 'standalone') => {
  const at = join(folder, 'dist', path);
  return existsSync(at) ? readdirSync(at).sort() : [];
};

function failure(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

describe('synth', () => {
  it('writes a standalone file for each Gateway, beside the manifests', () => {
    const root = app();
    const { gateway } = shop(root);
    new ApiKeyPolicy(gateway, 'Keys', { target: gateway, keys });
    root.synth();
    expect(files('kubernetes')).toEqual(['shop.k8s.yaml']);
    expect(files()).toEqual(['shop.edge.yaml']);
    expect(file('standalone', 'shop.edge.yaml').split('\n')[0]).toBe(
      '# Synthesized beside ../kubernetes from shop/Edge',
    );
  });

  it('writes the same bytes again', () => {
    const write = () => {
      const root = app();
      const { gateway } = shop(root);
      new ApiKeyPolicy(gateway, 'Keys', { target: gateway, keys });
      root.synth();
      return [file('kubernetes', 'shop.k8s.yaml'), file('standalone', 'shop.edge.yaml')];
    };
    expect(write()).toEqual(write());
  });

  it('leaves the choice of manifests to the user', () => {
    const root = app({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
    shop(root);
    root.synth();
    expect(files('kubernetes')).toEqual([
      'Gateway.shop-edge.k8s.yaml',
      'HTTPRoute.shop-route.k8s.yaml',
    ]);
    expect(files()).toEqual(['shop.edge.yaml']);
  });

  it('lets charts refer to each other: the file is named by the chart of the Gateway', () => {
    const root = app();
    const { gateway } = shop(root);
    const other = new Chart(root, 'team', { disableResourceNameHashes: true });
    const route = new HttpRoute(other, 'Route', { gateway, hostnames: ['team.example.com'] });
    route.addRule(Backend.fromServiceName(other, 'Team', 'team', { port: 80 }));
    root.synth();
    expect(files()).toEqual(['shop.edge.yaml']);
    expect(file('standalone', 'shop.edge.yaml')).toContain('team.default.svc.cluster.local:80');
  });

  it('gives tests the same text', () => {
    const root = app();
    const { chart } = shop(root);
    const other = new Chart(root, 'other');
    const [[name, text]] = Object.entries(synthStandalone(chart));
    expect(name).toBe('shop.edge.yaml');
    expect(synthStandalone(other)).toEqual({});
    root.synth();
    expect(file('standalone', 'shop.edge.yaml').endsWith(text)).toBe(true);
    expect(text).toContain('/cart');
  });

  it('brings JSON patches and plain ApiObjects to both outputs', () => {
    const root = app();
    const { chart, route, gateway } = shop(root);
    const patch = JsonPatch.replace('/spec/rules/0/matches/0/path/value', '/patched');
    ApiObject.of(route).addJsonPatch(patch);
    new ApiObject(chart, 'Raw', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      spec: {
        parentRefs: [{ name: gateway.name }],
        rules: [
          {
            matches: [{ path: { type: 'Exact', value: '/raw' } }],
            backendRefs: [{ name: 'raw', port: 80 }],
          },
        ],
      },
    });
    root.synth();
    for (const text of [file('kubernetes', 'shop.k8s.yaml'), file('standalone', 'shop.edge.yaml')])
      expect(text).toSatisfy((it: string) => it.includes('/patched') && it.includes('/raw'));
  });

  it('reaches raw L1 objects by name', () => {
    const root = app();
    const chart = new Chart(root, 'raw');
    const raw = new imports.Gateway(chart, 'Raw', {
      spec: {
        gatewayClassName: 'agentgateway',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    });
    const gateway = Gateway.fromGatewayName(chart, 'Edge', raw.name);
    const route = new HttpRoute(chart, 'Route', { gateway: gateway.listener('http') });
    route.addRule(Backend.fromServiceName(chart, 'Cart', 'cart', { port: 80 }));
    new ApiKeyPolicy(chart, 'Keys', { target: gateway, keys });
    const text = synthStandalone(chart)['raw.raw.yaml'];
    expect(text).toSatisfy(
      (it: string) => it.includes('$KEYS_ALICE') && it.includes('cart.default'),
    );
  });

  it('names the environment variable of a key that it does not hold', () => {
    const { chart, gateway } = shop(app());
    new ApiKeyPolicy(chart, 'Keys', { target: gateway, keys });
    const [text] = Object.values(synthStandalone(chart));
    expect(text).toContain('$KEYS_ALICE');
    expect(JSON.stringify(parse(text))).toContain('"mode":"strict"');
  });

  it('keeps TLS keys for their owner, and removes them with their Gateway', () => {
    const root = app();
    withTls(root);
    root.synth();
    const [, second] = file('standalone', 'shop.edge.yaml').split('\n');
    const paths = second.replace('# With ', '').split(' ');
    expect(paths).toHaveLength(2);
    for (const path of paths)
      expect(statSync(join(folder, 'dist', 'standalone', path)).mode & 0o777).toBe(0o600);
    app().synth();
    for (const path of paths)
      expect(existsSync(join(folder, 'dist', 'standalone', path))).toBe(false);
  });
});

describe('the directory of standalone files', () => {
  it('keeps what synth did not write, and loses what it wrote before', () => {
    const before = app();
    shop(before, 'Former');
    before.synth();
    writeFileSync(join(folder, 'dist', 'standalone', 'mine.yaml'), 'binds: []\n');
    const elsewhere = app({ outdir: join(folder, 'dist', 'other') });
    new Gateway(new Chart(elsewhere, 'other'), 'Edge', { listeners: [Listener.http()] });
    elsewhere.synth();
    const after = app();
    shop(after);
    after.synth();
    expect(files()).toEqual(['mine.yaml', 'other.edge.yaml', 'shop.edge.yaml']);
    app().synth();
    expect(files()).toEqual(['mine.yaml', 'other.edge.yaml']);
  });

  it('is not made for an app without Gateways', () => {
    const root = app();
    new kplus.ConfigMap(new Chart(root, 'plain'), 'Map');
    root.synth();
    expect(files('.')).toEqual(['kubernetes']);
  });

  it('is not touched by cdk8s synth --stdout', () => {
    vi.stubEnv('TMPDIR', folder);
    const scratch = mkdtempSync(join(folder, 'cdk8s-'));
    vi.stubEnv('CDK8S_OUTDIR', scratch);
    const root = new GatewayApp();
    shop(root);
    root.synth();
    expect(readdirSync(scratch)).toEqual(['shop.k8s.yaml']);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is beside the chart with cdk8s synth --format helm', () => {
    const outdir = join(folder, 'dist', 'helm', 'templates');
    mkdirSync(outdir, { recursive: true });
    writeFileSync(join(folder, 'dist', 'helm', 'Chart.yaml'), 'name: shop\n');
    const root = app({ outdir });
    shop(root);
    root.synth();
    expect(files()).toEqual(['shop.edge.yaml']);
  });

  it('can be chosen', () => {
    const root = app({ standaloneOutdir: join(folder, 'dist', 'elsewhere') });
    shop(root);
    root.synth();
    expect(files('elsewhere')).toEqual(['shop.edge.yaml']);
  });

  it.each(['.', 'standalone'])('cannot be in the output directory: %s', (inside) => {
    const outdir = join(folder, 'dist', 'standalone');
    const standaloneOutdir = join(outdir, inside);
    const root = app({ outdir, standaloneOutdir });
    shop(root);
    expect(() => root.synth()).toThrow(
      `standalone files would be written to "${join(outdir, inside).replace(/\/\.?$/, '')}" in the output directory`,
    );
    expect(existsSync(outdir)).toBe(false);
  });
});

describe('an error at synth', () => {
  it('comes with all others, before anything is written, and with one line of stack', () => {
    const root = app();
    const { chart, route, rule } = shop(root);
    new HttpRoute(chart, 'Empty', {
      gateway: root.node.findChild('shop').node.findChild('Edge') as Gateway,
    });
    new Policy(chart, 'One', { target: rule, traffic: { csrf: {} } });
    new Policy(chart, 'Two', { target: rule, traffic: { csrf: {} } });
    ApiObject.of(route).addJsonPatch(JsonPatch.add('/spec/hostnamez', ['a']));
    const error = failure(() => root.synth());
    expect(error.message).toMatch(/^nothing was written, because of \d+ errors:\n\n/);
    expect(error.message).toContain('error Invalid shop/Empty: no rules; add one');
    expect(error.message).toContain('error Invalid shop/Two: sets traffic.csrf');
    expect(error.message).toMatch(
      /error \w+ shop\/Route HTTPRoute default\/shop-route spec(\.hostnamez)?: .*hostnamez/,
    );
    expect(error.stack?.replace(error.message, '')).toMatch(
      /^\n {4}at .*synth\.test\.ts:\d+:\d+\)?$/,
    );
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  });

  it('stops the other ways to synthesize as well', () => {
    const root = app();
    const { chart, route } = shop(root);
    ApiObject.of(route).addJsonPatch(JsonPatch.add('/spec/hostnamez', ['a']));
    expect(() => root.synthYaml()).toThrow('hostnamez');
    expect(() => synthStandalone(chart)).toThrow('hostnamez');
  });

  it('says which constructs would write one file', () => {
    const root = app();
    const { chart } = shop(root);
    const metadata = { name: 'second' };
    new Gateway(chart, 'edge', { metadata, listeners: [Listener.http()] });
    expect(failure(() => root.synth()).message).toContain(
      'error NameConflict shop/Edge: its standalone file would be "shop.edge.yaml", and so would that of shop/edge\n  give one of the two constructs another id',
    );
  });

  it('never shows a key', () => {
    const root = app();
    const { chart, gateway, route } = shop(root);
    const secret = new kplus.Secret(chart, 'Keys', { stringData: { alice: 'FAKE-KEY-VALUE' } });
    new ApiKeyPolicy(chart, 'Auth', { target: gateway, keys: ApiKeys.fromSecret(secret) });
    ApiObject.of(route).addJsonPatch(JsonPatch.add('/spec/hostnamez', ['a']));
    expect(failure(() => root.synth()).message).not.toContain('FAKE-KEY-VALUE');
  });
});

describe('a warning at synth', () => {
  it('goes to stderr with its construct, and stops nothing', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const root = app();
    const { chart, gateway } = shop(root);
    const unknown = ApiKeys.fromSecret(SecretReference.fromSecretName('keys'));
    new ApiKeyPolicy(chart, 'Keys', { target: gateway, keys: unknown });
    root.synth();
    expect(files('kubernetes')).toEqual(['shop.k8s.yaml']);
    expect(stderr.mock.calls.map(([text]) => text).join('')).toMatch(
      /^warning SecretNotFound shop\/Keys AgentgatewayPolicy default\/shop-keys spec\.traffic.*\n {2}.*\n$/,
    );
  });
});

describe('what others own', () => {
  it('is no finding, and has no standalone file', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const root = app();
    const chart = new Chart(root, 'team', { namespace: 'team' });
    const gateway = Gateway.fromGatewayName(chart, 'Shared', 'edge', { namespace: 'infra' });
    const route = new HttpRoute(chart, 'Route', { gateway });
    route.addRule(Backend.fromServiceName(chart, 'Cart', 'cart', { port: 80 }));
    new ApiKeyPolicy(chart, 'Edge', { target: gateway, keys });
    new ApiKeyPolicy(chart, 'Theirs', {
      target: HttpRoute.fromRouteName(chart, 'Other', 'other'),
      keys: ApiKeys.fromSecret(new kplus.Secret(chart, 'Own', { stringData: { bob: 'FAKE-KEY' } })),
    });
    root.synth();
    expect(files('kubernetes')).toEqual(['team.k8s.yaml']);
    expect(files()).toEqual([]);
    expect(stderr).not.toHaveBeenCalled();
  });

  it('is a finding where the app has not said so', () => {
    const root = app();
    const { chart, gateway } = shop(root);
    const policy = new ApiKeyPolicy(chart, 'Keys', { target: gateway, keys });
    ApiObject.of(policy).addJsonPatch(JsonPatch.replace('/spec/targetRefs/0/name', 'typo'));
    expect(() => root.synth()).toThrow('error TargetNotFound shop/Keys');
  });
});

describe('what standalone output cannot express', () => {
  const build = (props: GatewayAppProps) => {
    const root = app(props);
    const { chart, gateway } = shop(root);
    new Policy(chart, 'Csrf', { target: gateway, traffic: { csrf: {} } });
    return root;
  };

  it('is an error with the ways out', () => {
    expect(() => build({}).synth()).toThrow(
      /error Unsupported shop\/Csrf .*`csrf`.*\n.*; `standalone: false` of the GatewayApp writes manifests only/,
    );
  });

  it('is synthesized for a cluster alone', () => {
    build({ standalone: false }).synth();
    expect(file('kubernetes', 'shop.k8s.yaml')).toContain('csrf: {}');
    expect(files()).toEqual([]);
  });
});
