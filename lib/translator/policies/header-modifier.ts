import { quoted } from '../../schema/json';
import type { HeaderModifier } from '../../standalone/document';
import type { Fields } from '../fields';

/** Lists of names and values become maps; of a name that stands twice, the first wins as in Gateway API. */
export function translateHeaderModifier(modifier: Fields): HeaderModifier {
  const add = headerMap(modifier, 'add');
  const set = headerMap(modifier, 'set');
  const remove = modifier.texts('remove');
  return {
    ...(add && { add }),
    ...(set && { set }),
    ...(remove.length > 0 && { remove }),
  };
}

function headerMap(modifier: Fields, list: 'add' | 'set'): Record<string, string> | undefined {
  const headers = new Map<string, [name: string, value: string]>();
  for (const entry of modifier.entries(list)) {
    const name = entry.text('name') ?? '';
    const folded = name.toLowerCase();
    if (headers.has(folded)) {
      entry.findings.error(
        'Duplicate',
        entry.at('name'),
        `header ${quoted(name)} stands twice in the list`,
        'keep one of them',
      );
    } else headers.set(folded, [name, entry.text('value') ?? '']);
  }
  return headers.size > 0 ? Object.fromEntries(headers.values()) : undefined;
}
