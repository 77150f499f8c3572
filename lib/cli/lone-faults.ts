import { reportHost } from '../translator/backends/static';
import { controllerAbove } from '../translator/controller';
import { reportListenerFaults } from '../translator/listener-faults';
import { AGENTGATEWAY, GATEWAY_API, type Objects } from '../translator/objects';

/** What an API server takes and can never work, in objects that are not translated, or not named by any other. */
export function reportLoneFaults(objects: Objects): void {
  for (const set of objects.all(GATEWAY_API, 'ListenerSet')) {
    if (controllerAbove(set, objects) !== 'agentgateway') continue;
    for (const listener of set.spec.entries('listeners')) reportListenerFaults(listener);
  }
  for (const { spec } of objects.all(AGENTGATEWAY, 'AgentgatewayBackend')) {
    const servers = spec.fields('mcp')?.entries('targets') ?? [];
    for (const owner of [spec, ...servers]) {
      const target = owner.fields('static');
      if (target) reportHost(target);
    }
  }
}
