/** A text and what was read in it; with variables put in, what was read is not all that stands there. */
export interface EditableText {
  readonly text: string;
  /** The text that the documents were parsed from. @default - the text itself */
  readonly expanded?: string;
  /** Where a place of the expanded text stands in the text. @default - where it stands */
  originalOffset?(offset: number): number;
}

/** What takes the place of a stretch of text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A splice of what was read, as one of the file; nothing where that came from a variable. */
export function inOriginal(
  { text, expanded, originalOffset }: EditableText,
  splice: Splice,
): Splice | undefined {
  if (expanded === undefined || !originalOffset) return splice;
  const [start, end] = [originalOffset(splice.start), originalOffset(splice.end)];
  if (text.slice(start, end) !== expanded.slice(splice.start, splice.end)) return undefined;
  return { start, end, text: splice.text };
}

export function overlap(a: Splice, b: Splice): boolean {
  return a.start <= b.end && b.start <= a.end;
}

export function spliced(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of [...splices].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(at, start), replacement);
    at = end;
  }
  return pieces.join('') + text.slice(at);
}
