import { isFormat, type RouteType } from '../../llm/format';
import { isProblem } from '../../llm/problem';
import { chooseFormat } from '../../llm/translation';
import type { NormalLlmProvider } from '../../standalone/normal-document';
import type { BackendHost } from './backend-host';
import { settingsOf } from './provider-address';

/** Says which formats of `routes` a provider cannot be asked for, as it may be when it stands in for another one. */
export function reportUnserved(
  { path, name, provider, policies }: NormalLlmProvider,
  host: Pick<BackendHost, 'report'>,
): void {
  const routes = new Set(Object.values(policies.ai.routes) as RouteType[]);
  const unserved = [...routes].filter((route) => !isServed(provider, route));
  if (unserved.length === 0) return;
  host.report({
    severity: 'warning',
    code: 'UnservedFormat',
    path,
    message: `provider "${name}" does not serve ${unserved.map((route) => `\`${route}\``).join(', ')}: such requests are answered 400 while it is chosen`,
    hint: 'leave them out of `routes`, or choose a provider that serves them',
  });
}

/** Tokens are counted here where a provider does not count them. */
function isServed(provider: NormalLlmProvider['provider'], route: RouteType): boolean {
  if (!isFormat(route) || route === 'anthropicTokenCount') return true;
  return !isProblem(chooseFormat(settingsOf(provider), route, provider.model ?? ''));
}
