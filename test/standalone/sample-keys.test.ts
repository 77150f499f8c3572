import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyThumbprint } from '../../lib/standalone/key-thumbprint';
import { sampleKeysIn } from '../../lib/standalone/sample-keys';

/** RFC 8037, appendix A.2; its thumbprint is in A.3. */
const ED25519 = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};

/** RFC 7515, appendix A.3. */
const P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

function keySet(...keys: readonly object[]): string {
  return JSON.stringify({ keys });
}

describe('the thumbprint of a key', () => {
  it('is that of RFC 8037, appendix A.3', () => {
    expect(keyThumbprint(ED25519)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('does not go by names, order and private parts', () => {
    const { kty, crv, x } = ED25519;
    expect(keyThumbprint({ x, kid: 'mine', d: 'no-key', use: 'sig', crv, kty })).toBe(
      keyThumbprint(ED25519),
    );
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { kty: 'oct', k: 'x' },
    { ...ED25519, x: 1 },
    { kty: 'toString' },
  ])('is nothing for what is no public key: %j', (key) => {
    expect(keyThumbprint(key)).toBeUndefined();
  });
});

describe('sample keys', () => {
  it('are known whatever they are called', () => {
    const found = sampleKeysIn(keySet({ ...P256, kid: 'production-2026', use: 'sig' }));
    expect(found.map(({ from }) => from)).toEqual(['RFC 7515, appendix A.3']);
  });

  it('are found among others', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const own = publicKey.export({ format: 'jwk' });
    expect(sampleKeysIn(keySet(own, ED25519, own))).toHaveLength(1);
    expect(sampleKeysIn(keySet(own))).toEqual([]);
  });

  it.each(['', '$JWKS', 'null', '[]', '{"keys":{}}', '{"keys":[null,1,"x"]}'])(
    'are none in what is no key set: %j',
    (text) => {
      expect(sampleKeysIn(text)).toEqual([]);
    },
  );
});
