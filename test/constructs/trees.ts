import { App, Chart, type ChartProps } from 'cdk8s';
import { Backend } from '../../lib/constructs/backends/backend';
import { Gateway, type GatewayProps } from '../../lib/constructs/gateway';
import { Listener } from '../../lib/constructs/listener';

/** A chart without hashes in names, so that expectations stay readable. */
export function chart(props: ChartProps = {}, app = new App(), id = 'test'): Chart {
  return new Chart(app, id, { disableResourceNameHashes: true, ...props });
}

export function gateway(scope: Chart, props: GatewayProps = {}): Gateway {
  return new Gateway(scope, 'Gateway', { listeners: [Listener.http()], ...props });
}

export function service(scope: Chart, name = 'shop', namespace?: string) {
  return Backend.fromServiceName(scope, `Service-${name}`, name, { port: 80, namespace });
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly [key: string]: unknown };
  readonly spec: { readonly [key: string]: never };
}

/** The objects of a kind that a chart synthesizes. */
export function synthesized(scope: Chart, kind: string): Manifest[] {
  const manifests: Manifest[] = scope.toJson();
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** The one object of a kind. */
export function spec(scope: Chart, kind: string): unknown {
  const [only, ...others] = synthesized(scope, kind);
  if (!only || others.length > 0) throw new Error(`expected one ${kind} in ${scope.node.path}`);
  return only.spec;
}
