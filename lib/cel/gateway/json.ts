import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { BYTES, DYN, STRING } from '../cel-type';
import { type FunctionRow, fn } from '../function-table';
import { adopt, type CelResult, type CelValue, isPlainObject } from '../value';
import { jsonText } from './json-text';

/** The parser's own message would show a part of the text. */
function noJson(name: string): CelError {
  return new CelError(`${name}() was given text that is no JSON`);
}

export function parseJson(text: string, name: string, budget: Budget): CelResult {
  budget.spend(text.length >> 5);
  try {
    return adopt(JSON.parse(text));
  } catch {
    return noJson(name);
  }
}

export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseBytes(bytes: Uint8Array, name: string, budget: Budget): CelResult {
  const text = utf8(bytes);
  return text === undefined ? noJson(name) : parseJson(text, name, budget);
}

function field(parsed: CelResult, name: string): CelResult {
  if (parsed instanceof CelError) return parsed;
  if (!isPlainObject(parsed)) return new CelError('jsonField() was given JSON that is no object');
  if (Object.hasOwn(parsed, name)) return adopt(parsed[name]);
  return new CelError(`no such key ${JSON.stringify(name.slice(0, 40))}`, 'no-such-key');
}

const PARSED = 'the value that the JSON stands for';
const FIELD = 'one field of the JSON';
const WRITTEN = 'the value as JSON';

export const JSON_FUNCTIONS: readonly FunctionRow[] = [
  fn('json', [STRING], DYN, (text, budget) => parseJson(text, 'json', budget), PARSED),
  fn('json', [BYTES], DYN, (bytes, budget) => parseBytes(bytes, 'json', budget), PARSED),
  fn(
    'jsonField',
    [STRING, STRING],
    DYN,
    (text, name, budget) => field(parseJson(text, 'jsonField', budget), name),
    FIELD,
  ),
  fn(
    'jsonField',
    [BYTES, STRING],
    DYN,
    (bytes, name, budget) => field(parseBytes(bytes, 'jsonField', budget), name),
    FIELD,
  ),
  ...['toJson', 'to_json'].map((name) =>
    fn(name, [DYN], STRING, (value, budget) => jsonText(value as CelValue, budget), WRITTEN),
  ),
];
