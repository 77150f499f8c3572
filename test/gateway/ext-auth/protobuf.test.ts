import { join } from 'node:path';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckAttributes,
  CheckRequestEncoder,
  encodeContextExtensions,
} from '../../../lib/gateway/ext-auth/check-request';
import { readCheckResponse } from '../../../lib/gateway/ext-auth/check-response';

/** The messages as another implementation of protobuf knows them. */
const MESSAGES = loadSync(join(__dirname, '..', '..', 'support', 'ext-auth.proto'), {
  keepCase: true,
  longs: Number,
  defaults: true,
  oneofs: true,
});

function messageOf(name: string) {
  return MESSAGES[`envoy.service.auth.v3.${name}`] as MessageTypeDefinition<object, object>;
}

function decodeRequest(bytes: Uint8Array): object {
  return messageOf('CheckRequest').deserialize(Buffer.from(bytes));
}

const encoder = new CheckRequestEncoder();

function encodeResponse(response: object): Uint8Array {
  return messageOf('CheckResponse').serialize(response);
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const json = fc.jsonValue({ maxDepth: 4 });
const struct = fc.dictionary(text, json, { noNullPrototype: true });

/** A value of JSON as `google.protobuf.Value`, written for the other implementation. */
function toValue(value: unknown): object {
  if (value === null) return { null_value: 0 };
  if (typeof value === 'number') return { number_value: value };
  if (typeof value === 'string') return { string_value: value };
  if (typeof value === 'boolean') return { bool_value: value };
  if (Array.isArray(value)) return { list_value: { values: value.map(toValue) } };
  return { struct_value: toStruct(value as object) };
}

function toStruct(value: object): object {
  const entries = Object.entries(value).map(([key, part]) => [key, toValue(part)]);
  return { fields: Object.fromEntries(entries) };
}

describe('what another implementation of protobuf reads of a check', () => {
  const attributes: fc.Arbitrary<CheckAttributes> = fc.record({
    source: fc.constantFrom('10.0.0.1:51234', '[::1]:80'),
    destination: fc.constantFrom('10.0.0.2:3000', '[fe80::1]:443', ':3000'),
    time: fc.double({ min: 0, max: 4e12, noNaN: true }),
    http: fc.record({
      id: text,
      method: text,
      headers: fc.array(fc.tuple(text, text)).map((entries) => new Map(entries)),
      path: text,
      host: text,
      scheme: text,
      protocol: text,
      size: fc.integer({ min: -1, max: 2 ** 40 }),
      body: fc.oneof(
        fc.constant(undefined),
        fc.record({ text }),
        fc.record({ bytes: fc.uint8Array() }),
      ),
    }),
    metadata: fc.array(fc.tuple(text, struct)).map((entries) => new Map(entries)),
    contextExtensions: fc.dictionary(text, text).map(encodeContextExtensions),
    sni: fc.option(text, { nil: undefined }),
  });

  it('is what was written', () => {
    fc.assert(
      fc.property(attributes, (written) => {
        const read = decodeRequest(encoder.encode(written)) as {
          attributes: {
            source: object;
            request: {
              time: { seconds: number; nanos: number };
              http: Record<string, unknown>;
            };
            metadata_context: { filter_metadata: object };
            tls_session: object | null;
          };
        };
        const { http, time } = read.attributes.request;
        const { headers, body, ...others } = written.http;
        expect(http).toMatchObject(others);
        expect(new Map(Object.entries(http.headers as object))).toEqual(headers);
        expect(http.body).toBe(body && 'text' in body ? body.text : '');
        expect([...(http.raw_body as Buffer)]).toEqual(
          body && 'bytes' in body ? [...body.bytes] : [],
        );
        expect(Math.abs(time.seconds * 1000 + time.nanos / 1e6 - written.time)).toBeLessThan(0.01);
        const { filter_metadata } = read.attributes.metadata_context;
        expect(Object.keys(filter_metadata).sort()).toEqual([...written.metadata.keys()].sort());
        expect(read.attributes.tls_session).toEqual(
          written.sni === undefined ? null : { sni: written.sni },
        );
      }),
      { numRuns: 300 },
    );
  });

  it('has the addresses of both ends', () => {
    const [written] = fc.sample(attributes, { numRuns: 1, seed: 1 });
    const ends = { ...written, source: '[::1]:51234', destination: '10.0.0.2:3000' };
    expect(decodeRequest(encoder.encode(ends))).toMatchObject({
      attributes: {
        source: { address: { socket_address: { address: '::1', port_value: 51234 } } },
        destination: { address: { socket_address: { address: '10.0.0.2', port_value: 3000 } } },
      },
    });
  });
});

describe('what is read of an answer that another implementation has written', () => {
  const option = fc.record({
    header: fc.record({ key: text, value: text, raw_value: fc.constant(Buffer.alloc(0)) }),
    append: fc.constantFrom(null, { value: true }, { value: false }),
    append_action: fc.constantFrom(0, 1, 2, 3, 9),
  });
  const actions = {
    1: 'addIfAbsent',
    2: 'overwrite',
    3: 'overwriteIfExists',
    9: 'append',
  } as const;
  const change = ({ header, append, append_action: action }: OptionOf) => ({
    name: header.key.toLowerCase(),
    value: Buffer.from(header.value).toString('latin1'),
    action: action === 0 ? (append?.value ? 'append' : 'overwrite') : actions[action as 1],
  });
  type OptionOf = {
    header: { key: string; value: string };
    append: { value: boolean } | null;
    append_action: number;
  };

  it('is what was written', () => {
    const ok = fc.record({
      headers: fc.array(option),
      headers_to_remove: fc.array(text),
      response_headers_to_add: fc.array(option),
      query_parameters_to_set: fc.array(fc.record({ key: text, value: text })),
      query_parameters_to_remove: fc.array(text),
    });
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 20 }), ok, struct, (code, written, metadata) => {
        const read = readCheckResponse(
          encodeResponse({
            status: { code, message: 'm' },
            ok_response: written,
            dynamic_metadata: toStruct(metadata),
            of_the_future: 'x',
          }),
        );
        expect(read.code).toBe(code);
        expect(read.http).toEqual({
          ok: {
            headers: written.headers.map(change),
            headersToRemove: written.headers_to_remove.map((name) => name.toLowerCase()),
            responseHeadersToAdd: written.response_headers_to_add.map(change),
            queryParametersToSet: written.query_parameters_to_set.map(({ key, value }) => [
              key,
              value,
            ]),
            queryParametersToRemove: written.query_parameters_to_remove,
          },
        });
        expect(JSON.parse(JSON.stringify(read.dynamicMetadata))).toEqual(
          JSON.parse(JSON.stringify(metadata)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is a refusal with its status, fields and text', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 599 }),
        fc.array(option),
        text,
        (code, headers, body) => {
          const written = { status: { code }, headers, body };
          const { http } = readCheckResponse(
            encodeResponse({ status: { code: 7 }, denied_response: written }),
          );
          expect(http).toEqual({
            denied: { status: code === 0 ? undefined : code, headers: headers.map(change), body },
          });
        },
      ),
    );
  });

  it('may be nothing at all, which lets pass', () => {
    expect(readCheckResponse(new Uint8Array())).toMatchObject({ code: 0, http: undefined });
  });
});

describe('bytes that nobody should send', () => {
  it('are read to a decision or refused by an error, and never by anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          const { code } = readCheckResponse(bytes);
          expect(Number.isInteger(code)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('however a good answer is cut or changed', () => {
    const good = encodeResponse({
      status: { code: 7 },
      denied_response: {
        status: { code: 403 },
        headers: [{ header: { key: 'x-a', value: 'b' } }],
        body: 'no',
      },
      dynamic_metadata: toStruct({ a: [1, { b: null }] }),
    });
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? good.subarray(0, at) : Uint8Array.from(good);
        if (!cut && at < bytes.length) bytes[at] = byte;
        try {
          readCheckResponse(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('values inside values without end are refused', () => {
    let value: Uint8Array = Buffer.from([0x08, 0x00]);
    for (let depth = 0; depth < 5_000; depth++)
      value = lengthDelimited(6, lengthDelimited(1, value));
    const metadata = lengthDelimited(1, lengthDelimited(2, value));
    expect(() => readCheckResponse(lengthDelimited(4, metadata))).toThrow('nested too deeply');
  });

  it('a field called __proto__ changes no object', () => {
    const bytes = encodeResponse({
      dynamic_metadata: { fields: { ['__proto__']: toValue({ polluted: true }) } },
    });
    const { dynamicMetadata } = readCheckResponse(bytes);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(dynamicMetadata)).toBeNull();
  });
});

function lengthDelimited(field: number, bytes: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length, rest]), bytes]);
}
