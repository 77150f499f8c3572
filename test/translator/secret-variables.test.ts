import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SecretEntry, SecretVariables } from '../../lib/translator/secret-variables';

function namesOf(entries: readonly SecretEntry[]): string[] {
  const first = new SecretVariables();
  for (const entry of entries) first.variable(entry);
  const second = new SecretVariables(first.distinctNames());
  return entries.map((entry) => second.variable(entry).name);
}

const openai = { secret: 'openai', entry: 'Authorization' };

describe('variables for entries of Secrets', () => {
  it('are named after Secret and entry where that is clear, and else after the namespace as well', () => {
    const other = { namespace: 'two', secret: 'keys', entry: 'alice' };
    const entries = [{ namespace: 'one', ...openai }, { namespace: 'two', ...openai }, other];
    expect(namesOf(entries)).toEqual([
      'ONE_OPENAI_AUTHORIZATION',
      'TWO_OPENAI_AUTHORIZATION',
      'KEYS_ALICE',
    ]);
  });

  it('are not named as others are already', () => {
    const taken = { namespace: 'three', secret: 'one-openai', entry: 'Authorization' };
    const entries = [{ namespace: 'one', ...openai }, { namespace: 'two', ...openai }, taken];
    const [first, second, third] = namesOf(entries);
    expect(first).toMatch(/^ONE_OPENAI_AUTHORIZATION_[0-9A-F]{8}$/);
    expect([second, third]).toEqual(['TWO_OPENAI_AUTHORIZATION', 'ONE_OPENAI_AUTHORIZATION']);
  });

  it('are one for each entry, and the same in every order', () => {
    const word = fc.constantFrom('a', 'b', 'a-b', 'a.b', '1', 'b-1');
    const entry = fc.record({ namespace: word, secret: word, entry: word });
    const entries = fc.uniqueArray(entry, {
      selector: (one) => JSON.stringify(one),
      maxLength: 40,
    });
    fc.assert(
      fc.property(entries, (some) => {
        const names = namesOf(some);
        expect(new Set(names).size).toBe(some.length);
        for (const name of names) expect(name).toMatch(/^[A-Z_][A-Z0-9_]*$/);
        expect(namesOf(some.toReversed())).toEqual(names.toReversed());
      }),
    );
  });
});
