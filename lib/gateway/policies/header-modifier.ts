import type { HeaderList } from '../../effects';
import { removeHeader, setHeader } from '../../http/header-list';
import type { HeaderModifier } from '../../standalone/document';

/** Changes fields in place: adds, then sets, then removes. */
export type HeaderModification = (headers: HeaderList) => void;

export function compileHeaderModifier(modifier: HeaderModifier): HeaderModification {
  const added = lowerCased(modifier.add).flat();
  const replaced = lowerCased(modifier.set);
  const removed = (modifier.remove ?? []).map((name) => name.toLowerCase());
  return function modifyHeaders(headers) {
    headers.push(...added);
    for (const [name, value] of replaced) setHeader(headers, name, value);
    for (const name of removed) removeHeader(headers, name);
  };
}

function lowerCased(fields: Record<string, string> = {}): [name: string, value: string][] {
  return Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]);
}
