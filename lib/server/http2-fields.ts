import type { IncomingHttpHeaders } from 'node:http2';
import type { HeaderList } from '../effects';

/** Fields as Node's HTTP/2 takes them. */
export type Http2Fields = Record<string, string | string[]>;

/**
 * Adds fields to an object without a prototype, since a field may be called `constructor`. A repeated one becomes a list
 * in one line, as any recipient may do (RFC 9110 §5.3): Node refuses many fields twice. Only `set-cookie` stays apart.
 */
export function addFields(fields: Http2Fields, headers: HeaderList): Http2Fields {
  for (let i = 0; i < headers.length; i += 2) addField(fields, headers[i], headers[i + 1]);
  return fields;
}

export function addField(fields: Http2Fields, name: string, value: string): void {
  const known = fields[name];
  fields[name] = known === undefined ? value : joined(name, known, value);
}

export function noFields(): Http2Fields {
  return Object.create(null);
}

function joined(name: string, known: string | string[], value: string): string | string[] {
  if (name === 'set-cookie') return [known, value].flat();
  return `${known}${name === 'cookie' ? '; ' : ', '}${value}`;
}

/** The fields that Node has read, without the pseudo-fields. */
export function readFields(headers: IncomingHttpHeaders): HeaderList {
  const fields: HeaderList = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name.startsWith(':')) continue;
    if (typeof value === 'string') fields.push(name, value);
    else for (const single of value) fields.push(name, single);
  }
  return fields;
}
