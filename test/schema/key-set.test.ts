import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeySet } from '../../lib/gateway/policies/jwks';
import { holdsPrivateKey, keySetProblem } from '../../lib/schema/key-set';
import { ALGORITHMS, Issuer } from '../support/tokens';

const ISSUERS = Object.keys(ALGORITHMS).map((alg) => new Issuer(`key-${alg}`, alg));

/** Members of keys, and what may stand there. */
const changes = fc.dictionary(
  fc.constantFrom('kid', 'kty', 'crv', 'x', 'n', 'alg', 'use'),
  fc.constantFrom('', 'a', 'RSA', 'EC', 'oct', 'P-256', 'RS256', 'sig', null, 5, undefined),
);
const keySets = fc
  .array(fc.tuple(fc.constantFrom(...ISSUERS), changes), { maxLength: 3 })
  .map((keys) => JSON.stringify({ keys: keys.map(([issuer, change]) => issuer.jwk(change)) }));

describe('a key set that is written', () => {
  it.each(ISSUERS.map((issuer) => [issuer.alg, issuer.jwks()]))(
    'may have a key of %s',
    (_, text) => {
      expect(keySetProblem(text)).toBeUndefined();
      expect(holdsPrivateKey(text)).toBe(false);
    },
  );

  it('is not refused where the gateway could use it', () => {
    fc.assert(
      fc.property(keySets, (text) => {
        const reading = readKeySet(text);
        // A key without a name is passed over when it is for encryption; agentgateway does without the set.
        fc.pre('keys' in reading && reading.keys.size > 0 && !text.includes('"use"'));
        expect(keySetProblem(text)).toBeUndefined();
      }),
    );
  });

  it('is judged without an exception, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((keys) => `{"keys":[${keys}]}`),
        ),
        (text) => {
          expect(['string', 'undefined']).toContain(typeof keySetProblem(text));
          expect(holdsPrivateKey(text)).toBeTypeOf('boolean');
        },
      ),
    );
  });

  it('with the private part of a key is told from one without', () => {
    for (const { privateKey } of ISSUERS) {
      const key = { ...privateKey.export({ format: 'jwk' }), kid: 'a' };
      expect(holdsPrivateKey(JSON.stringify({ keys: [key] }))).toBe(true);
    }
  });
});
