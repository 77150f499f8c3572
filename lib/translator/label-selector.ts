import type { Fields } from './fields';

export type Labels = ReadonlyMap<string, string>;
export type LabelTest = (labels: Labels) => boolean;

/** A Kubernetes label selector: all of its requirements must hold. One without requirements selects everything. */
export function labelSelector(selector: Fields | undefined): LabelTest {
  if (!selector) return () => true;
  const tests = [
    ...[...selector.textMap('matchLabels')].map(([key, value]) => equals(key, value)),
    ...selector.entries('matchExpressions').map(expression),
  ];
  return (labels) => tests.every((test) => test(labels));
}

function equals(key: string, value: string): LabelTest {
  return (labels) => labels.get(key) === value;
}

function expression(requirement: Fields): LabelTest {
  const key = requirement.text('key') ?? '';
  const values = requirement.texts('values');
  const isIn: LabelTest = (labels) => labels.has(key) && values.includes(labels.get(key)!);
  switch (requirement.choice('operator', ['In', 'NotIn', 'Exists', 'DoesNotExist'])) {
    case 'In':
      return isIn;
    case 'NotIn':
      return (labels) => !isIn(labels);
    case 'Exists':
      return (labels) => labels.has(key);
    case 'DoesNotExist':
      return (labels) => !labels.has(key);
    default:
      return () => false;
  }
}
