import { describe, expect, it } from 'vitest';
import { validate } from '../../lib/schema/validate';
import { verdictOn } from './verdict';

function routeWith(metadata: unknown, rest: object = {}): unknown {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {},
    ...rest,
  };
}

describe('the metadata of an object', () => {
  it.each([
    ['a name alone', { name: 'a' }],
    ['a name with dots', { name: 'a.b-c.d', namespace: 'shop' }],
    ['a generated name', { generateName: 'a-' }],
    [
      'an annotation whose key is written in upper case',
      { name: 'a', annotations: { 'Example.com/A': 'b' } },
    ],
    [
      'a key as long as it may be',
      { name: 'a', labels: { [`${'a'.repeat(253)}/${'b'.repeat(63)}`]: 'c' } },
    ],
    [
      'what a dump of a cluster holds',
      {
        name: 'a',
        labels: { 'app.kubernetes.io/name': 'a', tier: '' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
        uid: 'x',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['a/b'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'x' }],
        managedFields: [{ manager: 'kubectl' }],
      },
    ],
  ])('%s is fine', (_, metadata) => {
    expect(verdictOn(routeWith(metadata))).toEqual([]);
  });

  it.each([
    ['none', undefined, ['Required metadata: `metadata` is required here']],
    ['no name', {}, ['Required metadata.name: `name` is required here']],
    [
      'an upper-case name and a namespace with a dot',
      { name: 'A_b', namespace: 'a.b' },
      [
        'Invalid metadata.name: `A_b` must be a name of lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
        'Invalid metadata.namespace: `a.b` must be lower-case letters, digits and `-`, beginning and ending with a letter or digit',
      ],
    ],
    [
      'a name that is too long',
      { name: 'a'.repeat(254) },
      ['TooLong metadata.name: is longer than the 253 characters that fit here'],
    ],
    [
      'a misspelt name',
      { nmae: 'a' },
      ['UnknownField metadata.nmae: unknown field `nmae`; did you mean `name`?'],
    ],
    [
      'labels that are none',
      { name: 'a', labels: { 'a b': 'c', d: 'e f', g: 1 } },
      [
        'Invalid metadata.labels.d: `e f` must be a label value: letters, digits, `-`, `_` and `.`, or empty',
        'TypeInvalid metadata.labels.g: must be a string, not a whole number (put quotes around it)',
        'Invalid metadata.labels["a b"]: `a b` is not a valid key: write a name of up to 63 letters, digits, `-`, `_` and `.`, optionally after a DNS name and `/`',
      ],
    ],
    [
      'a label whose key is written in upper case, or too long',
      { name: 'a', labels: { 'Example.com/a': 'b', [`a/${'b'.repeat(64)}`]: 'c' } },
      [
        'Invalid metadata.labels["Example.com/a"]: `Example.com/a` is not a valid key: write a name of up to 63 letters, digits, `-`, `_` and `.`, optionally after a DNS name and `/`',
        expect.stringContaining('is not a valid key'),
      ],
    ],
    [
      'annotations that are too long together',
      { name: 'a', annotations: { a: 'x'.repeat(200_000), b: 'ü'.repeat(31_072) } },
      [
        'Invalid metadata.annotations: the annotations are longer than 262144 bytes together (keep large content in a ConfigMap and name it here)',
      ],
    ],
  ])('%s is refused', (_, metadata, findings) => {
    expect(verdictOn(routeWith(metadata))).toEqual(findings);
  });

  it('a field beside spec is unknown, and status is not', () => {
    expect(verdictOn(routeWith({ name: 'a' }, { status: { parents: [] }, rules: [] }))).toEqual([
      'UnknownField rules: unknown field `rules` (it belongs at `spec.rules`)',
    ]);
  });

  it('every finding says which object it is about', () => {
    const named = validate(routeWith({ name: 'cart', namespace: 'shop' }, { spce: {} }));
    expect(named[0]!.object).toEqual({ kind: 'HTTPRoute', namespace: 'shop', name: 'cart' });
    const nameless = validate(routeWith({}));
    expect(nameless[0]!.object).toEqual({ kind: 'HTTPRoute', namespace: 'default', name: '' });
  });
});
