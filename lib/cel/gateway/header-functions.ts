import { CelError } from '../cel-error';
import { STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import type { CelResult } from '../value';
import { HeaderView } from './header-view';
import { HEADERS } from './variables';

function onHeaders(
  name: string,
  run: (headers: HeaderView) => CelResult,
): (given: unknown) => CelResult {
  return (given) => (given instanceof HeaderView ? run(given) : noHeaders(name));
}

function noHeaders(name: string): CelError {
  const message = `no such overload: ${name}() is for header fields, such as request.headers`;
  return new CelError(message, 'no-such-overload');
}

/** RFC 6265 §5.4, over all `Cookie` fields: the first of the name. */
function cookie(headers: HeaderView, name: string): CelResult {
  const pairs = (headers.lines('cookie') ?? []).flatMap((line) => line.split(';'));
  for (const pair of pairs.map((text) => text.trim()).filter((text) => text !== '')) {
    const at = pair.indexOf('=');
    if (at < 1) return new CelError('the request has a cookie without a name or a value');
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return new CelError(`no such key ${JSON.stringify(name.slice(0, 40))}`, 'no-such-key');
}

export const HEADER_FUNCTIONS: readonly FunctionRow[] = [
  method(
    'join',
    [HEADERS],
    HEADERS,
    onHeaders('join', (headers) => headers.in('join')),
    'the fields with their lines joined by commas',
  ),
  method(
    'raw',
    [HEADERS],
    HEADERS,
    onHeaders('raw', (headers) => headers.in('raw')),
    'the fields with their lines as lists',
  ),
  method(
    'split',
    [HEADERS],
    HEADERS,
    onHeaders('split', (headers) => headers.in('split')),
    'the fields with the parts between commas as lists',
  ),
  method(
    'redacted',
    [HEADERS],
    HEADERS,
    onHeaders('redacted', (headers) => headers.withoutSecrets()),
    'the fields without credentials',
  ),
  method(
    'cookie',
    [HEADERS, STRING],
    STRING,
    (given: unknown, name) =>
      given instanceof HeaderView ? cookie(given, name) : noHeaders('cookie'),
    'the value of a cookie',
  ),
];
