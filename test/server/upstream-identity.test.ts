import type { PeerCertificate } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityCheck } from '../../lib/server/upstream-tls';

/** What a check says of a certificate that bears these names, as Node writes them. */
function refused(subjectaltname: string | undefined, wanted: string[], name = 'api.test'): boolean {
  const certificate = { subject: { CN: name }, subjectaltname } as PeerCertificate;
  return (
    identityCheck({ subjectAltNames: wanted }, name)('elsewhere.test', certificate) !== undefined
  );
}

describe('the names of a certificate', () => {
  it.each<[string, string | undefined, string[]]>([
    ['none at all', undefined, []],
    ['an empty list', '', []],
    ['a URI where a host is wanted', 'URI:https://api.test', []],
    ['a host where a URI is wanted', 'DNS:spiffe://td/a', ['spiffe://td/a']],
    ['a URI that is quoted in another', 'URI:"x:y, URI:spiffe://td/a"', ['spiffe://td/a']],
    ['a URI after what cannot be read', 'URI:"\\x", URI:spiffe://td/a', ['spiffe://td/a']],
    ['a quotation that never ends', 'URI:"spiffe://td/a', ['spiffe://td/a']],
    ['a wildcard over two labels', 'DNS:*.test', ['a.api.test']],
    ['a wildcard for all', 'DNS:*', []],
    ['an address in the place of a host', 'IP Address:10.0.0.7', []],
    ['another case of a URI', 'URI:spiffe://TD/a', ['spiffe://td/a']],
  ])('are no proof where they are %s', (_case, names, wanted) => {
    expect(refused(names, wanted)).toBe(true);
  });

  it('are proof where one of them is wanted', () => {
    expect(refused('DNS:api.test', [])).toBe(false);
    expect(refused('DNS:b.test, DNS:API.test', [])).toBe(false);
    expect(refused('DNS:b.test, URI:"spiffe://td/a,b"', ['spiffe://td/a,b'])).toBe(false);
    expect(refused('IP Address:10.0.0.7', [], '10.0.0.7')).toBe(false);
  });

  it('never throw, and prove a URI only where it stands as one', () => {
    const piece = fc.constantFrom(
      'URI:',
      'DNS:',
      'spiffe://td/a',
      '"',
      '\\',
      ', ',
      ',',
      ':',
      'b',
      '*',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const names = pieces.join('');
        if (!refused(names, ['spiffe://td/a'])) {
          expect(names).toMatch(/(^|, )URI:"?spiffe:\/\/td\/a"?(, |$)/);
        }
        refused(names, []);
      }),
      { numRuns: 2_000 },
    );
  });
});
