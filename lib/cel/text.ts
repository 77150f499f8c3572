const SURROGATES = /[\ud800-\udfff]/;

/** Whether positions in UTF-16 are positions in code points. */
function isFlat(text: string): boolean {
  return !SURROGATES.test(text);
}

/** How many code points a text has. */
export function sizeOfText(text: string): number {
  if (isFlat(text)) return text.length;
  let size = 0;
  for (const _ of text) size += 1;
  return size;
}

/** Its code points; the text itself where each is one unit. */
export function codePoints(text: string): string | readonly string[] {
  return isFlat(text) ? text : [...text];
}

/** The code points from `start` up to `end`. */
export function sliceOfText(text: string, start: number, end?: number): string {
  const points = codePoints(text);
  return typeof points === 'string' ? points.slice(start, end) : points.slice(start, end).join('');
}

/** Code points before a position in UTF-16. */
export function positionInText(text: string, at: number): number {
  return at <= 0 || isFlat(text) ? at : sizeOfText(text.slice(0, at));
}
