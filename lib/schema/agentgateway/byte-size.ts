import { cel, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';

/** Only numbers are held to it: of a size with a unit the API server looks at the shape alone. */
const FITS_32_BITS: Rule = cel('type(self) == string || (self >= 1 && self <= 4294967295)', {
  path: '',
  message: 'must be between 1 and 4294967295 bytes',
});

export const BYTE_SIZE_DEFINITIONS: Definitions = {
  ByteSize: {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    description:
      'A number of bytes, `65536`, or a Kubernetes quantity, `64Ki` (65536) or `64k` (64000).',
    minLength: 1,
    maxLength: 32,
    pattern:
      '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE](\\+?0*([0-9]|1[0-8])|-0*[0-9]))?$',
    patternMeans: 'a number of bytes such as `65536`, `64Ki` or `2Mi`',
    rules: [FITS_32_BITS],
  },
};

export function byteSize(description: string, ...rules: Rule[]): Schema {
  return { $ref: '#/$defs/ByteSize', description, ...(rules.length > 0 && { rules }) };
}
