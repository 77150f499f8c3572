import { keysOnly, MASK, type ShownFile } from './excerpt';

/** The text of a file without its secrets, line by line: what is left out takes as many lines as before. */
export function maskedText(file: ShownFile): string {
  const { text, masked } = file;
  if (!masked) return byLine(text, (line) => keysOnly(line, 0).text);
  let shown = '';
  let read = 0;
  for (const { start, end } of masked) {
    if (end <= read) continue;
    const from = Math.max(read, start);
    shown += text.slice(read, from) + byLine(text.slice(from, end), maskedLine);
    read = end;
  }
  return byLine(shown + text.slice(read), withoutComment);
}

function byLine(text: string, shown: (line: string) => string): string {
  return text.replace(/[^\r\n]+/g, shown);
}

function maskedLine(line: string): string {
  return line.trim() === '' ? line : MASK;
}

const COMMENTED_FIELD = /^(\s*#[\s#]*(?:- +)*[\w./-]{1,64} *: +)\S.*$/;

/** `# key: sk-former` and `key: … # sk-former`: what is a comment now may still work elsewhere. */
function withoutComment(line: string): string {
  const masked = line.indexOf(MASK);
  const comment = masked < 0 ? -1 : line.indexOf(' #', masked);
  if (comment >= 0) return `${line.slice(0, comment)} # ${MASK}`;
  return line.replace(COMMENTED_FIELD, `$1${MASK}`);
}
