import { field, quoted } from '../json';
import type { Rule } from '../rule';

/** Whoever stands on gateways has no port of their own: agentgateway refuses both. */
export function gatewaysExclude(...fields: string[]): Rule {
  return {
    form: `gatewaysExclude(${fields.join(', ')})`,
    check: (self) => {
      const gateways = field(self, 'gateways') ?? [];
      if (Array.isArray(gateways) && gateways.length === 0) return [];
      return fields
        .filter((name) => (field(self, name) ?? null) !== null)
        .map((name) => ({
          path: name,
          message: `${quoted(name)} cannot be used here: the gateways say where it listens`,
          hint: `remove ${quoted(name)}, or \`gateways\``,
          code: 'Forbidden' as const,
        }));
    },
  };
}
