import { Chart } from 'cdk8s';
import {
  AllowedRoutes,
  ApiKeyPolicy,
  ApiKeys,
  Backend,
  Gateway,
  HttpRoute,
  Listener,
} from 'cdk8s-agentgateway';
import { Secret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Httpbin } from '../upstreams/httpbin-workload';
import { DEMO_KEY } from './demo-key';

/** A gateway in front of httpbin that lets in the callers with a key, and nobody else. */
export class ApiKeysChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const namespace = 'agentgateway-system';

    const gateway = new Gateway(this, 'Gateway', {
      metadata: { name: 'agentgateway-proxy', namespace },
      listeners: [Listener.http({ port: 80, allowedRoutes: AllowedRoutes.all() })],
    });

    const httpbin = new Httpbin(this, 'Httpbin', { namespace: 'httpbin' });
    const route = new HttpRoute(this, 'Route', {
      metadata: { name: 'httpbin', namespace: 'httpbin' },
      gateway,
      hostnames: ['www.example.com'],
    });
    route.addRule(Backend.fromService(httpbin.service, { port: 8000 }));

    // A tutorial has to bring its key along. In your own charts refer to a Secret that the cluster keeps, with
    // Secret.fromSecretName: then no manifest and no repository ever holds a key.
    const keys = new Secret(this, 'Keys', {
      metadata: { name: 'apikey', namespace },
      stringData: { alice: DEMO_KEY },
    });
    new ApiKeyPolicy(this, 'ApiKeyAuth', {
      metadata: { name: 'apikey-auth', namespace },
      target: gateway,
      keys: ApiKeys.fromSecret(keys),
    });
  }
}
