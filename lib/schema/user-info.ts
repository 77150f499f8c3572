/** A stretch of a text, as offsets. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where URLs in a text hold a user and a password, which findings never show: `https://user:password@example.com`. */
export function userInfoIn(text: string): Stretch[] {
  if (!text.includes('@')) return [];
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index }) => {
    const start = word.indexOf('//') + 2;
    const end = word.lastIndexOf('@');
    return start >= 2 && end > start ? [{ start: index + start, end: index + end }] : [];
  });
}

/** The text as findings show it. */
export function withoutUserInfo(text: string): string {
  return userInfoIn(text).reduceRight(
    (shown, { start, end }) => `${shown.slice(0, start)}…${shown.slice(end)}`,
    text,
  );
}
