import { isUtf8 } from 'node:buffer';
import { editMembers, type Member, repeatedMember, topLevelMembers } from './body-members';
import type { RouteType } from './format';
import { field, isRecord, type JsonRecord, parseJson, toJson } from './json';
import { badRequest, type LlmProblem } from './problem';

/** The body of a request as text and as what the text says. */
export interface RequestBody {
  readonly json: string;
  readonly body: JsonRecord;
}

/** A request as the client wrote it, read once: what is not edited keeps every byte. */
export interface LlmRequest extends RequestBody {
  readonly members: readonly Member[];
}

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isList: Check = Array.isArray;

/** What fields must be, where they are given. */
// biome-ignore format: a table reads by its columns.
const SHAPES: Readonly<Record<string, readonly [expected: string, fits: Check]>> = {
  model:       ['a string',           isString],
  stream:      ['true or false',      (value) => typeof value === 'boolean'],
  messages:    ['a list',             isList],
  tools:       ['a list',             isList],
  max_tokens:  ['a number',           (value) => typeof value === 'number'],
  temperature: ['a number',           (value) => typeof value === 'number'],
  top_p:       ['a number',           (value) => typeof value === 'number'],
};

/** The field without which a request of the format says nothing. */
const REQUIRED: Readonly<Partial<Record<RouteType, string>>> = {
  completions: 'messages',
  messages: 'messages',
  anthropicTokenCount: 'messages',
  embeddings: 'input',
};

/** Reads the body of a request. Nothing of its content is repeated in a problem. */
export function readRequest(bytes: Uint8Array, format: RouteType): LlmRequest | LlmProblem {
  if (!isUtf8(bytes)) return badRequest('failed to parse request: the body is not UTF-8');
  const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const body = parseJson(json);
  if (body === undefined) return badRequest('failed to parse request: the body is not JSON');
  if (!isRecord(body)) return badRequest('failed to parse request: the body is not a JSON object');
  const members = topLevelMembers(json);
  const problem = shapeProblem(body, members, format);
  return problem ? badRequest(`failed to parse request: ${problem}`) : { json, members, body };
}

function shapeProblem(
  body: JsonRecord,
  members: readonly Member[],
  format: RouteType,
): string | undefined {
  const repeated = repeatedMember(members);
  if (repeated !== undefined) return `duplicate field \`${shortened(repeated)}\``;
  for (const [name, [expected, fits]] of Object.entries(SHAPES)) {
    const value = field(body, name);
    if (value !== undefined && value !== null && !fits(value))
      return `${name}: expected ${expected}`;
  }
  const required = REQUIRED[format];
  const given = required === undefined ? true : field(body, required);
  return given === undefined || given === null ? `missing field \`${required}\`` : undefined;
}

function shortened(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

/** The request with other values of some fields; `undefined` takes a field away. All others keep every byte. */
export function editRequest(
  request: LlmRequest,
  edits: ReadonlyMap<string, unknown>,
): RequestBody | LlmProblem {
  if (edits.size === 0) return request;
  const written = new Map<string, string | undefined>();
  for (const [name, value] of edits) {
    const json = value === undefined ? undefined : toJson(value);
    if (value !== undefined && json === undefined) return badRequest('request nests too deeply');
    written.set(name, json);
  }
  const json = editMembers(request.json, request.members, written);
  return { json, body: bodyWith(request.body, edits) };
}

/** A shallow copy: no name reaches a prototype. */
export function bodyWith(body: JsonRecord, edits: ReadonlyMap<string, unknown>): JsonRecord {
  const fields = Object.entries(body).filter(([name]) => !edits.has(name));
  const edited = [...edits].filter(([, value]) => value !== undefined);
  return Object.fromEntries([...fields, ...edited]);
}
