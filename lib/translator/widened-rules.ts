import type { AuthorizationPolicy } from '../standalone/document';
import type { Effective } from './levels';
import { nameOf } from './objects';

/**
 * Tells of rules that allow at several levels: they are one pool, so that each lets in whom another was meant to keep
 * out.
 *
 * @param authorizations of one phase that apply to one rule of a route, from weak to strong
 */
export function reportWidenedRules(authorizations: readonly Effective[]): void {
  const allowing = authorizations.filter(({ setting }) => allows(setting.value));
  const [first] = allowing;
  for (const { setting, level } of allowing) {
    if (level === first!.level) continue;
    const { kind } = first!.setting.object.key;
    setting.object.findings.warning(
      'RulesAddUp',
      setting.path,
      `whom ${kind} ${nameOf(first!.setting.object.key)} allows may pass here as well: the rules that allow are one pool, of which one must hold`,
      'write what must hold in any case with `action: Require`',
    );
  }
}

function allows(value: unknown): boolean {
  return (value as AuthorizationPolicy).rules.some(
    (rule) => typeof rule !== 'string' && rule.allow !== undefined,
  );
}
