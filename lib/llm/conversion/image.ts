import { type JsonRecord, text } from '../json';

const DATA_URL = /^data:([^;,]*)[^,]*;base64,/i;

/** Where Claude finds an image: inside of a `data:` URL, or at the address. */
export function imageSource(url: string): JsonRecord {
  // The data itself may have megabytes: only what stands before it is matched.
  const found = DATA_URL.exec(url.slice(0, 256));
  if (!found) return { type: 'url', url };
  return { type: 'base64', media_type: found[1], data: url.slice(found[0].length) };
}

/** The URL of an image of Claude's; nothing for sources that have none, such as files. */
export function imageUrl(source: unknown): string | undefined {
  const data = text(source, 'data');
  const mediaType = text(source, 'media_type');
  const type = text(source, 'type');
  if (type === 'url') return text(source, 'url');
  if (type !== 'base64' || data === undefined || mediaType === undefined) return undefined;
  return `data:${mediaType};base64,${data}`;
}
