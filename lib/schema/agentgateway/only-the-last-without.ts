import { entries, has, isObject } from '../json';
import type { Rule } from '../rule';

/** Entries are tried in turn: one without this field takes every request, so it must be the last. */
export function onlyTheLastWithout(field: string): Rule {
  const message = `only the last entry may go without \`${field}\`: it takes every request, so those after it are never reached`;
  return {
    form: `onlyTheLastWithout(${field})`,
    message,
    cel: `self.filter(entry, !has(entry.${field})).size() == (has(self[self.size() - 1].${field}) ? 0 : 1)`,
    check: (self) =>
      entries(self)
        .slice(0, -1)
        .flatMap((entry, index) =>
          !isObject(entry) || has(entry, field)
            ? []
            : [
                {
                  path: `[${index}].${field}`,
                  message,
                  hint: `write \`${field}\`, or move the entry to the end`,
                  code: 'Required' as const,
                },
              ],
        ),
  };
}
