import { isRecord, type JsonRecord, parseJson, toJson } from '../json';

/**
 * The arguments of a call as the object that Claude takes. Models sometimes write what is no object; such a text is
 * kept under a name of its own, for a conversation must not fail on what a model once said.
 */
export function toolInput(argumentsText: string): JsonRecord {
  if (argumentsText.trim() === '') return {};
  const parsed = parseJson(argumentsText);
  return isRecord(parsed) ? parsed : { arguments: argumentsText };
}

/** @see toolInput */
export function toolArguments(input: unknown): string {
  return toJson(input ?? {}) ?? '{}';
}
