/** A member of the outermost object of a JSON text: where its key starts, and its value from and to. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** What becomes of members by name: another value, as JSON, or none. */
export type MemberEdits = ReadonlyMap<string, string | undefined>;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The members of an object, in order. `json` must be valid, which `JSON.parse` has seen before. */
export function topLevelMembers(json: string): readonly Member[] {
  const members: Member[] = [];
  let at = json.indexOf('"');
  while (at >= 0) {
    const keyEnd = endOfString(json, at);
    const valueStart = skipBlanks(json, json.indexOf(':', keyEnd) + 1);
    const end = endOfValue(json, valueStart);
    members.push({ name: keyOf(json.slice(at, keyEnd)), start: at, valueStart, end });
    at = json.indexOf('"', end);
  }
  return members;
}

/** The same object with some members changed; all others keep every byte. */
export function editMembers(json: string, members: readonly Member[], edits: MemberEdits): string {
  if (edits.size === 0) return json;
  const added = new Map(edits);
  const pieces: string[] = [];
  for (const { name, start, valueStart, end } of members) {
    const value = edits.get(name);
    added.delete(name);
    if (value !== undefined) pieces.push(json.slice(start, valueStart) + value);
    else if (!edits.has(name)) pieces.push(json.slice(start, end));
  }
  for (const [name, value] of added) {
    if (value !== undefined) pieces.push(`${JSON.stringify(name)}:${value}`);
  }
  return `{${pieces.join(',')}}`;
}

/** The first name that stands more than once: two readers could take it for different values. */
export function repeatedMember(members: readonly Member[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function keyOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function skipBlanks(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Behind the closing quote of the string that opens at `from`. */
function endOfString(json: string, from: number): number {
  let at = json.indexOf('"', from + 1);
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at < 0 ? json.length : at + 1;
}

function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json.charCodeAt(before) === BACKSLASH) before--;
  return (at - 1 - before) % 2 === 1;
}

function endOfValue(json: string, from: number): number {
  const first = json.charCodeAt(from);
  if (first === QUOTE) return endOfString(json, from);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return endOfNested(json, from);
  let at = from;
  while (at < json.length && !endsScalar(json.charCodeAt(at))) at++;
  return at;
}

function endsScalar(code: number): boolean {
  return code === COMMA || code === CLOSE_OBJECT || code <= 0x20;
}

function endOfNested(json: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
      continue;
    }
    at++;
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return at;
  }
  return at;
}
