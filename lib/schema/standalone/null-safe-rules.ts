import { isObject } from '../json';
import * as rules from '../rule';

/**
 * Rules of the file: a field that is written and empty counts as left out there, while CEL, whose server drops such
 * fields before it runs a rule, would take it for written.
 */
export const cel: typeof rules.cel = (...args) => withoutEmptyFields(rules.cel(...args));

export const excludes: typeof rules.excludes = (...args) =>
  withoutEmptyFields(rules.excludes(...args));

export const forbidden: typeof rules.forbidden = (...args) =>
  withoutEmptyFields(rules.forbidden(...args));

function withoutEmptyFields(rule: rules.Rule): rules.Rule {
  return { ...rule, check: (self) => rule.check(written(self)) };
}

function written(self: unknown): unknown {
  if (!isObject(self) || !Object.values(self).includes(null)) return self;
  return Object.fromEntries(Object.entries(self).filter(([, value]) => value !== null));
}
