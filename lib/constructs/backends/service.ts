import { SERVICE } from '../api-kinds';
import { groupOf, referenceTo } from '../object-reference';
import type { IPolicyTarget, PolicyTargetConfig } from '../policies/policy-target';
import { checkPort } from '../port';
import type { IResource } from '../resource';
import type { BackendRefConfig, IBackend, RouteAnswerConfig } from '../route-answer';

/** Options of `Backend.fromService`. */
export interface ServiceBackendOptions {
  /** Port of the Service. */
  readonly port: number;
}

/** A port of a Service. */
export class ServiceBackend implements IBackend, IPolicyTarget {
  /** @internal */
  constructor(
    private readonly service: IResource,
    private readonly port: number,
  ) {
    if (service.kind !== SERVICE.kind || groupOf(service.apiVersion) !== '')
      throw new Error(
        `Backend.fromService takes a Service, got ${service.kind} \`${service.name}\``,
      );
    checkPort(port, `port of Service \`${service.name}\``);
  }

  public toBackendRefConfig(): BackendRefConfig {
    return { ...referenceTo(this.service), port: this.port };
  }

  public toRouteAnswerConfig(): RouteAnswerConfig {
    return { backends: [{ backend: this }] };
  }

  public toPolicyTargetConfig(): PolicyTargetConfig {
    return { ...referenceTo(this.service), sectionName: `${this.port}` };
  }
}
