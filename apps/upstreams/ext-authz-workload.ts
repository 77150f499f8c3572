import { ApiObject, JsonPatch } from 'cdk8s';
import { Deployment, Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** Properties of `ExtAuthz`. */
export interface ExtAuthzProps {
  readonly namespace: string;
}

/** The authorization service of Istio's samples in a cluster: Deployment, and a Service on port 4444. */
export class ExtAuthz extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { namespace }: ExtAuthzProps) {
    super(scope, id);
    const metadata = { name: 'ext-authz', namespace, labels: { app: 'ext-authz' } };
    const deployment = new Deployment(this, 'Deployment', {
      metadata,
      replicas: 1,
      containers: [
        {
          name: 'ext-authz',
          image: 'gcr.io/istio-testing/ext-authz:1.25-dev',
          portNumber: 9000,
          securityContext: { user: 1000, group: 1000 },
        },
      ],
    });
    this.service = new Service(this, 'Service', {
      metadata,
      selector: deployment,
      ports: [{ name: 'grpc', port: 4444, targetPort: 9000 }],
    });
    // gRPC needs HTTP/2, and the gateway learns from the port that it is spoken here. cdk8s-plus has no field for that.
    ApiObject.of(this.service).addJsonPatch(
      JsonPatch.add('/spec/ports/0/appProtocol', 'kubernetes.io/h2c'),
    );
  }
}
