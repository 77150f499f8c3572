import { invalid } from './llm-problem';

/** A JSON object whose fields are not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown, where: string): Fields {
  if (!isFields(value)) throw invalid(`${where}: an object is required`, where);
  return value;
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${where}: a list is required`, where);
  return value;
}

export function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string') throw invalid(`${where}: a text is required`, where);
  return value;
}

export function countOf(value: unknown, where: string): number {
  if (!Number.isInteger(value) || Number(value) < 1)
    throw invalid(`${where}: a whole number of at least 1 is required`, where);
  return Number(value);
}

/** Providers refuse fields that they do not know. */
export function refuseUnknown(body: Fields, known: ReadonlySet<string>): void {
  const unknown = Object.keys(body).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`${unknown}: no such field`, unknown);
}
