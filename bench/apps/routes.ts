import { ApiObject, App, Chart } from 'cdk8s';
import {
  ApiKeyPolicy,
  ApiKeys,
  Backend,
  Gateway,
  GatewayApp,
  HttpRoute,
  Listener,
  RouteMatch,
} from 'cdk8s-agentgateway';

/** Synthesizes a Gateway with so many routes, a policy on each, and prints the milliseconds that it took. */
const [variant, count] = process.argv.slice(2);

const secretName = 'demo-keys';
const port = 8080;

function withConstructs(chart: Chart, routes: number): void {
  const gateway = new Gateway(chart, 'Gateway', { listeners: [Listener.http()] });
  const secret = { apiVersion: 'v1', kind: 'Secret', name: secretName };
  for (let index = 0; index < routes; index++) {
    const route = new HttpRoute(chart, `Route${index}`, { gateway });
    const backend = Backend.fromServiceName(chart, `Service${index}`, `service-${index}`, { port });
    route.addRule(backend, { matches: [RouteMatch.pathPrefix(`/service-${index}`)] });
    new ApiKeyPolicy(chart, `ApiKeys${index}`, {
      target: route,
      keys: ApiKeys.fromSecret(secret, { entries: ['alice'] }),
    });
  }
}

/** The same objects, written by hand. */
function withApiObjects(chart: Chart, routes: number): void {
  const gateway = new ApiObject(chart, 'Gateway', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    spec: {
      gatewayClassName: 'agentgateway',
      listeners: [
        {
          name: 'http',
          port: 80,
          protocol: 'HTTP',
          allowedRoutes: { namespaces: { from: 'Same' } },
        },
      ],
    },
  });
  const group = 'gateway.networking.k8s.io';
  for (let index = 0; index < routes; index++) {
    const route = new ApiObject(chart, `Route${index}`, {
      apiVersion: `${group}/v1`,
      kind: 'HTTPRoute',
      spec: {
        parentRefs: [{ group, kind: 'Gateway', name: gateway.name }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: `/service-${index}` } }],
            backendRefs: [{ group: '', kind: 'Service', name: `service-${index}`, port }],
          },
        ],
      },
    });
    new ApiObject(chart, `ApiKeys${index}`, {
      apiVersion: 'agentgateway.dev/v1alpha1',
      kind: 'AgentgatewayPolicy',
      metadata: { annotations: { 'cdk8s-agentgateway/entries': 'alice' } },
      spec: {
        targetRefs: [{ group, kind: 'HTTPRoute', name: route.name }],
        traffic: { apiKeyAuthentication: { mode: 'Strict', secretRef: { name: secretName } } },
      },
    });
  }
}

const BUILDERS: Readonly<Record<string, () => App>> = {
  bare: () => build(new App(), withApiObjects),
  manifests: () => build(new App(), withConstructs),
  standalone: () => build(new GatewayApp(), withConstructs),
};

function build(app: App, fill: (chart: Chart, routes: number) => void): App {
  fill(new Chart(app, 'bench', { namespace: 'bench' }), Number(count));
  return app;
}

const started = performance.now();
BUILDERS[variant]().synth();
process.stdout.write(String(performance.now() - started));
