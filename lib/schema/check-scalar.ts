import { certainlyMeant, didYouMean } from './did-you-mean';
import type { Findings } from './findings';
import { bounds, formatMissed } from './format';
import { listed, quoted } from './json';
import type { Schema } from './schema';
import { withoutUserInfo } from './user-info';

/** What to do where only the experimental channel knows a field or value. */
export const EXPERIMENTAL = 'the experimental channel has it: --gateway-api-channel experimental';

export function checkString(schema: Schema, value: string, path: string, findings: Findings): void {
  checkEnum(schema, value, path, findings);
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  const length = codePoints(value, maxLength);
  if (length > maxLength) {
    const message = `is longer than the ${maxLength} characters that fit here`;
    return findings.report('TooLong', path, message);
  }
  if (length < minLength) {
    const message = minLength === 1 ? 'may not be empty' : `needs at least ${minLength} characters`;
    return findings.report('Invalid', path, message);
  }
  if (pattern !== undefined && !regex(pattern).test(value)) {
    const wanted = schema.patternMeans ?? `match ${quoted(pattern)}`;
    const given = shown(schema, value);
    return findings.report('Invalid', path, `${given} must be ${wanted}`);
  }
  const format = formatMissed(schema.format, value);
  if (format === undefined) return;
  const given = shown(schema, value);
  findings.report('Invalid', path, `${given} must be ${format}`);
}

export function checkNumber(schema: Schema, value: number, path: string, findings: Findings): void {
  checkEnum(schema, value, path, findings);
  const { minimum, maximum } = bounds(schema);
  if (value >= minimum && value <= maximum) return;
  const range = Number.isFinite(maximum)
    ? `between ${minimum} and ${maximum}`
    : `at least ${minimum}`;
  findings.report('Invalid', path, `must be ${range}, not ${value}`);
}

function checkEnum(schema: Schema, value: string | number, path: string, findings: Findings): void {
  if (!schema.enum || schema.enum.includes(value)) return;
  if (schema.patternMeans && schema.pattern === undefined) {
    const given = shown(schema, String(value));
    return findings.report('Invalid', path, `${given} must be ${schema.patternMeans}`);
  }
  const allowed = schema.enum.map(String);
  const near = didYouMean(String(value), allowed);
  const meant = typeof value === 'string' ? certainlyMeant(value, allowed) : undefined;
  const isExperimental = schema.experimentalValues?.includes(String(value));
  const hint = isExperimental ? EXPERIMENTAL : near && `did you mean ${quoted(near)}?`;
  findings.add({
    severity: 'error',
    code: 'NotSupported',
    message: `${shown(schema, String(value))} is not one of ${listed(allowed, 'or')}`,
    path,
    ...(hint && { hint }),
    ...(meant && !isExperimental && { fix: [{ op: 'replace', path, value: meant }] }),
  });
}

function shown({ sensitive }: Schema, value: string): string {
  return sensitive ? 'the value' : quoted(withoutUserInfo(value));
}

/** Lengths are counted in characters, as the API server does, and no further than matters. */
function codePoints(text: string, most: number): number {
  if (text.length <= 1 || text.length > 2 * most) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const regexes = new Map<string, RegExp>();

function regex(pattern: string): RegExp {
  const known = regexes.get(pattern);
  if (known) return known;
  const compiled = new RegExp(pattern, 'u');
  regexes.set(pattern, compiled);
  return compiled;
}
