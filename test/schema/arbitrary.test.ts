import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../lib/schema/check';
import { KINDS } from '../../lib/schema/kinds';
import { resolver } from '../../lib/schema/schema';
import { arbitraryOf } from './arbitrary';

const STRUCTURAL = ['TypeInvalid', 'UnknownField', 'NotSupported', 'TooLong', 'TooMany'];

describe('values made from a statement', () => {
  it.each(KINDS.map((kind) => [kind.kind, kind] as const))(
    'have the structure of %s',
    (_, kind) => {
      const resolve = resolver(kind.definitions);
      fc.assert(
        fc.property(arbitraryOf(kind.spec, resolve), (spec) => {
          const found = check(kind.spec, spec, resolve).filter(({ code }) =>
            STRUCTURAL.includes(code),
          );
          expect(found).toEqual([]);
        }),
        { numRuns: 50 },
      );
    },
  );
});
