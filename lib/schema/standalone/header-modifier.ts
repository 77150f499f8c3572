import type { Definitions, Schema } from '../schema';
import { map, object, texts } from './shared';

function values(description: string): Schema {
  return map(description, { type: 'string', sensitive: true });
}

export const HEADER_MODIFIER: Definitions = {
  HeaderModifier: object('Changes headers.', {
    add: values('Headers that are added to those of the same name.'),
    set: values('Headers that replace those of the same name.'),
    remove: texts('Headers that are taken away.'),
  }),
};
