import type { HeaderList } from '../../effects';
import { headerValue, removeHeader, setHeader } from '../../http/header-list';

/** What an authorization service does to a header field (Envoy's `HeaderAppendAction`). */
export type ChangeAction = 'append' | 'addIfAbsent' | 'overwrite' | 'overwriteIfExists';

export interface HeaderChange {
  /** In lower case; or a pseudo-field, such as `:path`. */
  readonly name: string;
  /** One character a byte. Empty: nothing is added, and what is overwritten goes. */
  readonly value: string;
  readonly action: ChangeAction;
}

export function changeHeader(headers: HeaderList, change: HeaderChange): void {
  ACTIONS[change.action](headers, change);
}

type Change = (headers: HeaderList, change: HeaderChange) => void;

const ACTIONS: Readonly<Record<ChangeAction, Change>> = {
  append: add,
  addIfAbsent: (headers, change) => {
    if (headerValue(headers, change.name) === undefined) add(headers, change);
  },
  overwrite,
  overwriteIfExists: (headers, change) => {
    if (headerValue(headers, change.name) !== undefined) overwrite(headers, change);
  },
};

function add(headers: HeaderList, { name, value }: HeaderChange): void {
  if (value !== '') headers.push(name, value);
}

function overwrite(headers: HeaderList, { name, value }: HeaderChange): void {
  if (value === '') removeHeader(headers, name);
  else setHeader(headers, name, value);
}
