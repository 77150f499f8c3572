import type { RE2JS } from 're2js';
import type { Budget } from '../budget';
import { CelError } from '../cel-error';
import { STRING } from '../cel-type';
import { type FunctionRow, method } from '../function-table';
import { DEFAULT_LIMITS } from '../limits';
import { costOfMatch, regexOf } from '../regex';
import type { CelResult } from '../value';

type Matcher = ReturnType<RE2JS['matcher']>;

/** `$1`, `${1}`, `$name`, `${name}`; `$$` is a dollar. A group that is not there is empty. */
const REFERENCE = /\$(?:\$|([0-9A-Za-z_]+)|\{([^}]*)\})/g;

function expand(template: string, matcher: Matcher, names: Record<string, number>): string {
  return template.replace(REFERENCE, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    return name === undefined ? '$' : group(name, matcher, names);
  });
}

function group(name: string, matcher: Matcher, names: Record<string, number>): string {
  const index = /^[0-9]+$/.test(name) ? Number(name) : names[name];
  if (index === undefined || index > matcher.groupCount()) return '';
  return matcher.group(index) ?? '';
}

/** The first match alone is replaced. */
function regexReplace(text: string, pattern: string, by: string, budget: Budget): CelResult {
  budget.spend(costOfMatch(text, pattern));
  const regex = regexOf(pattern, DEFAULT_LIMITS);
  if (regex instanceof CelError) return regex;
  const matcher = regex.matcher(text);
  if (!matcher.find()) return text;
  const replaced = expand(by, matcher, regex.namedGroups());
  budget.spend((text.length + replaced.length) >> 5);
  return text.slice(0, matcher.start()) + replaced + text.slice(matcher.end());
}

export const REGEX_REPLACE: readonly FunctionRow[] = [
  method(
    'regexReplace',
    [STRING, STRING, STRING],
    STRING,
    regexReplace,
    'with the first match replaced; $1 and $name stand for groups',
  ),
];
