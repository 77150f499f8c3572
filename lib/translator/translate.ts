import type { Diagnostic, ObjectKey } from '../diagnostic';
import type { StandaloneDocument } from '../standalone/document';

/** What a set of Kubernetes objects means to agentgateway outside a cluster: one standalone document per Gateway. */
export interface Translation {
  readonly gateways: readonly TranslatedGateway[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface TranslatedGateway {
  readonly gateway: ObjectKey;
  readonly document: StandaloneDocument;
  /** TLS material, which a standalone file takes only as paths: path to content. */
  readonly files: ReadonlyMap<string, string>;
}

export interface TranslateOptions {
  /** @default 'cluster.local' */
  readonly clusterDomain?: string;
}

export function translate(
  _objects: readonly unknown[],
  _options: TranslateOptions = {},
): Translation {
  return { gateways: [], diagnostics: [] };
}
