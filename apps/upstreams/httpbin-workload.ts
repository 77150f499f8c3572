import { Deployment, Namespace, Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** Properties of `Httpbin`. */
export interface HttpbinProps {
  /** The namespace that is created for it. */
  readonly namespace: string;
}

/** httpbin in a cluster: Namespace, Deployment and a Service on port 8000. */
export class Httpbin extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, { namespace }: HttpbinProps) {
    super(scope, id);
    new Namespace(this, 'Namespace', { metadata: { name: namespace } });
    const metadata = { name: 'httpbin', namespace };
    const deployment = new Deployment(this, 'Deployment', {
      metadata,
      replicas: 1,
      containers: [
        {
          name: 'httpbin',
          image: 'docker.io/mccutchen/go-httpbin:v2.6.0',
          command: ['go-httpbin'],
          args: ['-port', '8080'],
          portNumber: 8080,
          securityContext: { user: 1000, group: 1000 },
        },
      ],
    });
    this.service = new Service(this, 'Service', {
      metadata,
      selector: deployment,
      ports: [{ name: 'http', port: 8000, targetPort: 8080 }],
    });
  }
}
