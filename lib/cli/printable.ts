/**
 * Characters that a terminal obeys instead of showing them: controls, and those that turn the direction of writing,
 * behind which a line can look like another.
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text from outside for a terminal: what it would obey is shown as a sign of its own, one for one. */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** The same on one line: what would begin another is shown as well. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\u240a').replaceAll('\t', '→');
}

/** JSON for a program, which a terminal may show all the same: what it would obey is escaped. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
