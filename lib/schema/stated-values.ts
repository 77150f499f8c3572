import { fieldPath, isObject } from './json';
import { definitionName, type Schema } from './schema';

/** A text of an object, and the definition that its field refers to. */
export interface StatedText {
  readonly text: string;
  /** As in findings: `spec.rules[0].name`. */
  readonly path: string;
  /** `Expression`. */
  readonly definition: string;
}

/** Every text of a value whose field refers to a definition; what the statement does not know is passed over. */
export function* statedTexts(
  root: unknown,
  statement: Schema,
  resolve: (schema: Schema) => Schema,
): Generator<StatedText> {
  const open: Visit[] = [{ value: root, path: '', reference: statement }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, reference } = next;
    if (typeof value !== 'string') open.push(...inside(value, path, resolve(reference)).reverse());
    else if (reference.$ref)
      yield { text: value, path, definition: definitionName(reference.$ref) };
  }
}

interface Visit {
  readonly value: unknown;
  readonly path: string;
  readonly reference: Schema;
}

function inside(
  value: unknown,
  path: string,
  { items, properties = {}, additionalProperties }: Schema,
): Visit[] {
  if (Array.isArray(value)) {
    if (!items) return [];
    return value.map((item, index) => ({
      value: item,
      path: `${path}[${index}]`,
      reference: items,
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const reference = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    return reference ? [{ value: inner, path: fieldPath(path, name), reference }] : [];
  });
}
