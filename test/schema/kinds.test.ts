import { describe, expect, it } from 'vitest';
import { GOLDENS, golden, objectWith, verdictOn } from './verdict';

describe.each(GOLDENS)('the verdict on %s', (name) => {
  const file = golden(name);
  it.each(file.cases.map((entry) => [entry.case, entry] as const))('%s', (_, entry) => {
    expect(verdictOn(objectWith(file, entry.spec))).toEqual(entry.findings ?? []);
  });
});
