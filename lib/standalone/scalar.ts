import { Variable } from './variables';

/** Plain where no reader of YAML, 1.1 or 1.2, could take it for anything but this string. */
const PLAIN = /^[A-Za-z/_][A-Za-z0-9/_.*-]*(?:[ :@+][A-Za-z0-9/_.*-]+)*$/;

/** What plain text would mean to some reader: truth values, nothing, numbers, exponents and so on. */
const MISTAKABLE = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|_*\d.*|0[xob].*|_.*)$/i;
const LONGEST_PLAIN = 200;

/** Printed as it stands in JSON, but a line break or unprintable to YAML. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A value of the file on one line. Every `$` of a literal is doubled, since agentgateway expands the text of the file
 * before it reads it.
 */
export function scalar(value: unknown): string {
  if (value instanceof Variable) return `'$${value.name}'`;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return String(value);
  return 'null';
}

export function text(value: string): string {
  if (value.length <= LONGEST_PLAIN && PLAIN.test(value) && !MISTAKABLE.test(value)) return value;
  return JSON.stringify(value).replace(UNPRINTABLE, escaped).replaceAll('$', '$$$$');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
