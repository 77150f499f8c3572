import { CelError } from '../cel-error';
import { list, STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import type { CelResult } from '../value';

interface Target {
  readonly before: string;
  readonly pairs: readonly (readonly [string, string])[];
}

/** `/path?a=b` and `http://host/path?a=b` up to the query, and the query's pairs. */
function parse(target: string): Target {
  const at = target.indexOf('?');
  if (at < 0) return { before: target, pairs: [] };
  return {
    before: target.slice(0, at),
    pairs: [...new URLSearchParams(`&${target.slice(at + 1)}`)],
  };
}

function write({ before, pairs }: Target): string {
  const query = new URLSearchParams(
    pairs.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return query === '' ? before : `${before}?${query}`;
}

function values(target: string, name: string): CelResult {
  const found = parse(target).pairs.filter(([key]) => key === name);
  if (found.length > 0) return found.map(([, value]) => value);
  return new CelError(`no such key ${JSON.stringify(name.slice(0, 40))}`, 'no-such-key');
}

function added(target: string, name: string, value: string): string {
  const { before, pairs } = parse(target);
  return write({ before, pairs: [...pairs, [name, value]] });
}

function replaced(target: string, name: string, value: string): string {
  const { before, pairs } = parse(target);
  const others = pairs.filter(([key]) => key !== name);
  return write({ before, pairs: [...others, [name, value]] });
}

/** Of `request.uri` and `request.pathAndQuery`. */
export const QUERY_FUNCTIONS: readonly FunctionRow[] = [
  method('query', [STRING, STRING], list(STRING), values, 'the values of a parameter'),
  method('addQuery', [STRING, STRING, STRING], STRING, added, 'with one more parameter'),
  method('setQuery', [STRING, STRING, STRING], STRING, replaced, 'with a parameter set anew'),
];
