import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, Include, JsonPatch } from 'cdk8s';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentgatewayPolicy, type AgentgatewayPolicyProps } from '../../imports/agentgateway.dev';
import {
  Backend,
  Gateway,
  GatewayApiChannel,
  GatewayApp,
  type GatewayAppProps,
  HttpRoute,
  Listener,
  synthStandalone,
} from '../../lib/index';

const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function shop(props: GatewayAppProps = {}) {
  const app = new GatewayApp({ outdir: join(folder, 'dist'), ...props });
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const gateway = new Gateway(chart, 'Edge', { listeners: [Listener.http()] });
  return { app, chart, gateway };
}

function rule({ name }: Gateway, action: string, expression: string) {
  const authorization = { action, policy: { matchExpressions: [expression] } };
  const target = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name };
  return { spec: { targetRefs: [target], traffic: { authorization } } } as AgentgatewayPolicyProps;
}

/** The findings that end a synth, without their hints. */
function refusal(app: GatewayApp): string[] {
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message.split('\n').filter((line) => /^(error|warning)/.test(line));
  }
  return [];
}

describe('what an API server would refuse ends the synth, with the construct that wrote it:', () => {
  it('a raw L1', () => {
    const { app, chart } = shop();
    new AgentgatewayPolicy(chart, 'Raw', {
      spec: {
        targetRefs: [{ group: ROUTE.apiVersion.split('/')[0]!, kind: 'HTTPRoute', name: 'a' }],
        traffic: { timeouts: { request: 'soon' } },
      },
    });
    expect(refusal(app)).toEqual([
      expect.stringMatching(
        /^error Invalid shop\/Raw AgentgatewayPolicy shop\/\S+ spec\.traffic\.timeouts\.request: /,
      ),
    ]);
  });

  it('a plain ApiObject', () => {
    const { app, chart, gateway } = shop();
    const spec = { parentRefs: [{ name: gateway.name, weight: 1 }] };
    new ApiObject(chart, 'Plain', { ...ROUTE, spec });
    expect(refusal(app)).toEqual([
      expect.stringMatching(/^error UnknownField shop\/Plain .* spec\.parentRefs\[0\]\.weight: /),
    ]);
  });

  it('an included file, the entries of a List too', () => {
    const { app, chart } = shop();
    const url = join(folder, 'included.yaml');
    const item = { ...ROUTE, metadata: { name: 'listed' }, spec: { rule: [{}] } };
    const list = { apiVersion: 'v1', kind: 'List', metadata: { name: 'list' }, items: [item] };
    const alone = { ...item, metadata: { name: 'alone' } };
    writeFileSync(url, [list, alone].map((object) => JSON.stringify(object)).join('\n---\n'));
    new Include(chart, 'Included', { url });
    expect(refusal(app).map((line) => line.split(':')[0])).toEqual([
      expect.stringMatching(
        /^error UnknownField shop\/Included\/\S+ HTTPRoute \S+listed spec\.rule$/,
      ),
      expect.stringMatching(
        /^error UnknownField shop\/Included\/\S+ HTTPRoute \S+alone spec\.rule$/,
      ),
    ]);
  });

  it('a JSON patch on a construct', () => {
    const { app, chart, gateway } = shop();
    const route = new HttpRoute(chart, 'Cart', { gateway });
    route.addRule(Backend.fromServiceName(chart, 'Service', 'cart', { port: 80 }));
    ApiObject.of(route).addJsonPatch(JsonPatch.add('/spec/rules/0/backendRefs/0/port', 99_999));
    expect(refusal(app)).toEqual([
      expect.stringMatching(
        /^error Invalid shop\/Cart .* spec\.rules\[0\]\.backendRefs\[0\]\.port: /,
      ),
    ]);
  });

  it('a rule over several fields', () => {
    const { app, chart } = shop();
    new ApiObject(chart, 'Backend', {
      apiVersion: 'agentgateway.dev/v1alpha1',
      kind: 'AgentgatewayBackend',
      spec: { static: { host: 'a', port: 1 }, dynamicForwardProxy: {} },
    });
    expect(refusal(app)).toEqual([
      expect.stringMatching(/^error Forbidden shop\/Backend AgentgatewayBackend \S+ spec\b/),
    ]);
  });

  it('an expression that cannot work where it stands', () => {
    const { app, chart, gateway } = shop();
    new AgentgatewayPolicy(chart, 'Raw', rule(gateway, 'Deny', 'jtw.sub == "mallory"'));
    expect(refusal(app)).toEqual([
      expect.stringMatching(
        /^error InvalidExpression shop\/Raw \S+ \S+ spec\.traffic\.\S+\[0\]: .*did you mean `jwt`\?/,
      ),
    ]);
  });

  it('a kind that does not exist', () => {
    const { app, chart } = shop();
    new ApiObject(chart, 'Typo', { ...ROUTE, kind: 'HTTPRoutes', spec: {} });
    expect(refusal(app)).toEqual([expect.stringMatching(/^error UnknownKind shop\/Typo /)]);
  });
});

it('warns of an included rule that does not do what it says, and writes it', () => {
  const { app, chart, gateway } = shop();
  const url = join(folder, 'included.yaml');
  const policy = {
    ...{ apiVersion: 'agentgateway.dev/v1alpha1', kind: 'AgentgatewayPolicy' },
    ...{ metadata: { name: 'banned' }, ...rule(gateway, 'Deny', 'request.headers["x"] == "a"') },
  };
  writeFileSync(url, JSON.stringify(policy));
  new Include(chart, 'Included', { url });
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  app.synth();
  const lines = written.mock.calls.map(([text]) => String(text));
  written.mockRestore();
  expect(lines).toEqual([
    expect.stringMatching(
      /^warning NoEffect shop\/Included\/\S+ AgentgatewayPolicy \S+ \S+: this rule denies nobody where /,
    ),
  ]);
});

describe('the experimental channel', () => {
  const named = { backendRequest: '1s' };
  const withRetry = (chart: Chart, gateway: Gateway) =>
    new ApiObject(chart, 'Retried', {
      ...ROUTE,
      spec: {
        parentRefs: [{ name: gateway.name }],
        rules: [{ name: 'a', timeouts: named, retry: { attempts: 2 } }],
      },
    });

  it('has its fields refused where the cluster has the standard one', () => {
    const { app, chart, gateway } = shop({ standalone: false });
    withRetry(chart, gateway);
    expect(refusal(app)).toEqual([
      expect.stringMatching(/^error UnknownField shop\/Retried .* spec\.rules\[0\]\.retry: /),
    ]);
  });

  it('is the one that the app names, for its tests as well', () => {
    const gatewayApiChannel = GatewayApiChannel.EXPERIMENTAL;
    const { app, chart, gateway } = shop({ standalone: false, gatewayApiChannel });
    withRetry(chart, gateway);
    expect(refusal(app)).toEqual([]);
    expect(() => synthStandalone(chart)).not.toThrow(/UnknownField/);
  });
});
