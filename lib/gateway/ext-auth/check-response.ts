import type { ChangeAction, HeaderChange } from './header-change';
import { lengthTag, readMessage, varintTag } from './protobuf';
import { readStruct, type Struct } from './protobuf-struct';

/** `envoy.service.auth.v3.CheckResponse`, as far as it means something here. */
export interface CheckResponse {
  /** Of gRPC: 0 lets the request pass. */
  readonly code: number;
  /** Whether the service says that it has failed, whatever the rest says. */
  readonly isError: boolean;
  /** The last of both that was sent. */
  readonly http: { readonly ok: OkResponse } | { readonly denied: DeniedResponse } | undefined;
  readonly dynamicMetadata: Struct;
}

/** What a request that passes is changed by. */
export interface OkResponse {
  readonly headers: readonly HeaderChange[];
  readonly headersToRemove: readonly string[];
  readonly responseHeadersToAdd: readonly HeaderChange[];
  readonly queryParametersToSet: readonly (readonly [name: string, value: string])[];
  readonly queryParametersToRemove: readonly string[];
}

export interface DeniedResponse {
  /** @default - the service did not say */
  readonly status: number | undefined;
  readonly headers: readonly HeaderChange[];
  readonly body: string;
}

/**
 * Reads a CheckResponse. An empty one lets the request pass, as its defaults have it; one in which nothing is known is
 * taken for something else.
 *
 * @throws Error where the bytes are none
 */
export function readCheckResponse(bytes: Uint8Array): CheckResponse {
  let code = 0;
  let http: CheckResponse['http'];
  let dynamicMetadata: Struct = {};
  let isError = false;
  let isKnown = bytes.length === 0;
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) code = readStatusCode(reader.bytes());
    else if (tag === lengthTag(2)) http = { denied: readDenied(reader.bytes()) };
    else if (tag === lengthTag(3)) http = { ok: readOk(reader.bytes()) };
    else if (tag === lengthTag(4)) dynamicMetadata = readStruct(reader.bytes());
    else if (tag === lengthTag(5)) {
      reader.bytes();
      isError = true;
    } else return false;
    isKnown = true;
    return true;
  });
  if (!isKnown) throw new Error('none of the fields is known');
  return { code, isError, http, dynamicMetadata };
}

/** The code alone, of an answer whose other fields may be anything. */
export function readCode(bytes: Uint8Array): number {
  let code = 0;
  try {
    readMessage(bytes, (tag, reader) => {
      if (tag !== lengthTag(1)) return false;
      code = readStatusCode(reader.bytes());
      return true;
    });
  } catch {
    return code;
  }
  return code;
}

/** The number of `google.rpc.Status` as of `envoy.type.v3.HttpStatus`: their first field. */
function readStatusCode(bytes: Uint8Array): number {
  let code = 0;
  readMessage(bytes, (tag, reader) => {
    if (tag !== varintTag(1)) return false;
    code = reader.int32();
    return true;
  });
  return code;
}

function readDenied(bytes: Uint8Array): DeniedResponse {
  let status: number | undefined;
  let body = '';
  const headers: HeaderChange[] = [];
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) status = readStatusCode(reader.bytes());
    else if (tag === lengthTag(2)) headers.push(readHeaderOption(reader.bytes()));
    else if (tag === lengthTag(3)) body = reader.string();
    else return false;
    return true;
  });
  return { status: status === 0 ? undefined : status, headers, body };
}

function readOk(bytes: Uint8Array): OkResponse {
  const headers: HeaderChange[] = [];
  const headersToRemove: string[] = [];
  const responseHeadersToAdd: HeaderChange[] = [];
  const queryParametersToSet: (readonly [string, string])[] = [];
  const queryParametersToRemove: string[] = [];
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(2)) headers.push(readHeaderOption(reader.bytes()));
    else if (tag === lengthTag(5)) headersToRemove.push(reader.string().toLowerCase());
    else if (tag === lengthTag(6)) responseHeadersToAdd.push(readHeaderOption(reader.bytes()));
    else if (tag === lengthTag(7)) queryParametersToSet.push(readPair(reader.bytes()));
    else if (tag === lengthTag(8)) queryParametersToRemove.push(reader.string());
    else return false;
    return true;
  });
  return {
    headers,
    headersToRemove,
    responseHeadersToAdd,
    queryParametersToSet,
    queryParametersToRemove,
  };
}

/** By number; 0 is also what a service sends that knows only the older `append`. */
const ACTIONS: readonly ChangeAction[] = [
  'append',
  'addIfAbsent',
  'overwrite',
  'overwriteIfExists',
];

function readHeaderOption(bytes: Uint8Array): HeaderChange {
  let header = { name: '', value: '' };
  let append = false;
  let action = 0;
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) header = readHeader(reader.bytes());
    else if (tag === lengthTag(2)) append = readFlag(reader.bytes());
    else if (tag === varintTag(3)) action = reader.int32();
    else return false;
    return true;
  });
  const unspecified = append ? 'append' : 'overwrite';
  return { ...header, action: action === 0 ? unspecified : (ACTIONS[action] ?? 'append') };
}

/** `google.protobuf.BoolValue`. */
function readFlag(bytes: Uint8Array): boolean {
  let value = false;
  readMessage(bytes, (tag, reader) => {
    if (tag !== varintTag(1)) return false;
    value = reader.bool();
    return true;
  });
  return value;
}

/** A value is text, or bytes where it has any. */
function readHeader(bytes: Uint8Array): { name: string; value: string } {
  let name = '';
  let text: Uint8Array = EMPTY;
  let raw: Uint8Array = EMPTY;
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) name = reader.string().toLowerCase();
    else if (tag === lengthTag(2)) text = reader.bytes();
    else if (tag === lengthTag(3)) raw = reader.bytes();
    else return false;
    return true;
  });
  const value = raw.length > 0 ? raw : text;
  return { name, value: Buffer.from(value).toString('latin1') };
}

function readPair(bytes: Uint8Array): readonly [string, string] {
  let [key, value] = ['', ''];
  readMessage(bytes, (tag, reader) => {
    if (tag === lengthTag(1)) key = reader.string();
    else if (tag === lengthTag(2)) value = reader.string();
    else return false;
    return true;
  });
  return [key, value];
}

const EMPTY = new Uint8Array();
