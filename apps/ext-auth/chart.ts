import { Chart } from 'cdk8s';
import {
  Backend,
  ExtAuth,
  ExtAuthProtocol,
  ExtAuthService,
  Gateway,
  HttpRoute,
  Listener,
} from 'cdk8s-agentgateway';
import type { Construct } from 'constructs';
import { ExtAuthz } from '../upstreams/ext-authz-workload';
import { Httpbin } from '../upstreams/httpbin-workload';

/** A gateway in front of httpbin that asks an authorization service about every request. */
export class ExtAuthChart extends Chart {
  constructor(scope: Construct, id: string) {
    const namespace = 'ext-auth';
    super(scope, id, { namespace });

    const gateway = new Gateway(this, 'Gateway', {
      metadata: { name: 'checked' },
      listeners: [Listener.http({ port: 80 })],
    });

    const httpbin = new Httpbin(this, 'Httpbin', { namespace });
    const route = new HttpRoute(this, 'Route', {
      metadata: { name: 'httpbin' },
      gateway,
      hostnames: ['www.example.com'],
    });
    route.addRule(Backend.fromService(httpbin.service, { port: 8000 }));

    const authz = new ExtAuthz(this, 'ExtAuthz', { namespace });
    new ExtAuth(this, 'ExtAuth', {
      metadata: { name: 'check' },
      target: gateway,
      service: ExtAuthService.fromService(authz.service, { port: 4444 }),
      protocol: ExtAuthProtocol.grpc(),
    });
  }
}
