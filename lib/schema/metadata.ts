import { isObject } from './json';
import { cel, isQualified, predicate, type Rule, wrongKeys } from './rule';
import { SCALARS } from './scalars';
import type { Schema } from './schema';

const TEXT: Schema = { type: 'string' };
const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

const LABEL_KEYS: Rule = {
  form: 'labelKeys',
  check: (self) => wrongKeys(self, (key) => isQualified(key)),
};

/** Of annotations the API server compares keys in lower case. */
const ANNOTATION_KEYS: Rule = {
  form: 'annotationKeys',
  check: (self) => wrongKeys(self, (key) => isQualified(key.toLowerCase())),
};

const MOST_BYTES = 262_144;

const ANNOTATIONS_TOGETHER = predicate(
  `annotationBytes(${MOST_BYTES})`,
  (self) => byteLength(self) <= MOST_BYTES,
  {
    path: '',
    message: `the annotations are longer than ${MOST_BYTES} bytes together`,
    hint: 'keep large content in a ConfigMap and name it here',
  },
);

function byteLength(map: unknown): number {
  const texts = Object.entries(isObject(map) ? map : {}).flat();
  return texts.reduce<number>(
    (total, text) => total + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );
}

/** What every object carries. Fields that only the API server writes are known, so that a dump of a cluster passes. */
export const METADATA: Schema = {
  type: 'object',
  description: 'The identity of the object and what is attached to it.',
  properties: {
    name: {
      ...SCALARS.DnsName,
      description: 'The name, unique among objects of its kind in the namespace.',
      patternMeans: `a name of ${SCALARS.DnsName.patternMeans}`,
    },
    generateName: {
      type: 'string',
      description: 'A prefix from which the API server makes a unique name.',
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9.]*)$',
      patternMeans: 'the beginning of a name: lower-case letters, digits, `-` and `.`',
    },
    namespace: { ...SCALARS.Namespace, description: 'The namespace the object lives in.' },
    labels: {
      type: 'object',
      description: 'Short marks that selectors look for.',
      additionalProperties: {
        type: 'string',
        maxLength: 63,
        pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
        patternMeans: 'a label value: letters, digits, `-`, `_` and `.`, or empty',
      },
      rules: [LABEL_KEYS],
    },
    annotations: {
      type: 'object',
      description: 'Notes for people and tools; not used for selection.',
      additionalProperties: { type: 'string', sensitive: true },
      rules: [ANNOTATION_KEYS, ANNOTATIONS_TOGETHER],
    },
    finalizers: { type: 'array', items: TEXT },
    ownerReferences: { type: 'array', items: ANYTHING },
    uid: TEXT,
    resourceVersion: TEXT,
    generation: { type: 'integer' },
    creationTimestamp: TEXT,
    deletionTimestamp: TEXT,
    deletionGracePeriodSeconds: { type: 'integer' },
    managedFields: { type: 'array', items: ANYTHING },
    selfLink: TEXT,
  },
  rules: [
    cel('has(self.name) || has(self.generateName)', {
      path: 'name',
      message: '`name` is required here',
      code: 'Required',
    }),
  ],
};
