import { entries, field, quoted } from '../json';
import type { Rule, Violation } from '../rule';

/** Of entries that are tried in order, one without a condition leaves nothing to those after it. */
export function fallbackLast(condition: string): Rule {
  return {
    form: `fallbackLast(${condition})`,
    check: (self) => {
      const list = entries(self);
      return list.slice(0, -1).flatMap((entry, index): Violation[] => {
        if ((field(entry, condition) ?? null) !== null) return [];
        const message = `an entry without ${quoted(condition)} stands last: none after it would ever be used`;
        return [{ path: `[${index}].${condition}`, message, code: 'Required' }];
      });
    },
  };
}
