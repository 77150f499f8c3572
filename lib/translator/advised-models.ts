import type { RouteBackendEntry } from '../standalone/document';
import { Findings } from '../standalone/findings';
import { adviseModels } from '../standalone/model-advice';
import { AGENTGATEWAY, type Objects } from './objects';
import type { WrittenReference } from './rules';

const PLACE = { path: 'spec.ai', only: 'spec.ai.provider' };

/** Tells backends of language models, as routes call them, what of them is not what it looks like; each thing once. */
export class AdvisedModels {
  readonly #said = new Set<string>();

  constructor(private readonly objects: Objects) {}

  look({ key }: WrittenReference, { ai, policies = {} }: RouteBackendEntry): void {
    const object = this.objects.find(AGENTGATEWAY, key.kind, key.namespace, key.name);
    if (!ai || !object) return;
    const findings = new Findings();
    adviseModels(ai, [policies], PLACE, findings);
    for (const { code, path, message, hint } of findings.diagnostics) {
      const said = JSON.stringify([key, code, path, message]);
      if (this.#said.has(said)) continue;
      this.#said.add(said);
      object.findings.warning(code, path, message, hint);
    }
  }
}
