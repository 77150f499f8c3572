import { Construct } from 'constructs';
import { checkDnsName } from './dns-name';
import { chartNamespace } from './object-reference';
import type { IResource, IResourceMetadata } from './resource';

/** How to find an object that the app does not own. */
interface Imported {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** @default - the namespace of the chart that refers to it */
  readonly namespace?: string;
}

/** An object that the app does not own, and so does not synthesize. */
export class ImportedResource extends Construct implements IResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly metadata: IResourceMetadata;

  constructor(scope: Construct, id: string, { apiVersion, kind, name, namespace }: Imported) {
    super(scope, id);
    checkDnsName(name, `name of the ${kind}`);
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.name = name;
    this.metadata = { namespace: namespace ?? chartNamespace(scope) };
  }
}
