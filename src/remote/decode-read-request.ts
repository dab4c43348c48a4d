import protobuf from 'protobufjs/minimal.js';
import { GatewayError } from '../model/errors.ts';
import type { MatchOperator } from '../model/matcher.ts';
import type { ReadFormat, ReadQuery } from './read-request.ts';
import { toNumber } from './to-number.ts';
import { uncompressSnappy } from './uncompress-snappy.ts';

/** What a client of our own remote read asks: plain data, regular expressions not compiled. */
export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** `ReadRequest.ResponseType`s in order of preference; empty = samples. */
  readonly acceptedTypes: readonly number[];
}

const operators: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

const formats: readonly ReadFormat[] = ['samples', 'chunks'];

/** The first type that is served here; no types ask for samples. @throws GatewayError `PG_BAD_REQUEST` */
export function negotiateReadFormat(acceptedTypes: readonly number[]): ReadFormat {
  if (acceptedTypes.length === 0) return 'samples';
  const served = acceptedTypes.find((type) => formats[type] !== undefined);
  if (served !== undefined) return formats[served]!;
  const reason = `server does not support any of the requested response types: ${acceptedTypes.join(', ')}; supported: SAMPLES, STREAMED_XOR_CHUNKS`;
  throw new GatewayError('PG_BAD_REQUEST', reason);
}

/** @throws GatewayError `PG_BAD_REQUEST` */
export function decodeReadRequest(body: Uint8Array, maxBytes: number): ReadRequest {
  try {
    const reader = protobuf.Reader.create(uncompressSnappy(body, maxBytes));
    const queries: ReadQuery[] = [];
    const acceptedTypes: number[] = [];
    while (reader.pos < reader.len) {
      const field = reader.uint32();
      if (field >>> 3 === 1) queries.push(decodeQuery(reader));
      else if (field >>> 3 === 2) acceptedTypes.push(...decodeTypes(reader, field & 7));
      else reader.skipType(field & 7);
    }
    return { queries, acceptedTypes };
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('PG_BAD_REQUEST', `cannot decode the read request: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function decodeTypes(reader: protobuf.Reader, wireType: number): number[] {
  if (wireType !== 2) return [reader.int32()];
  const end = reader.uint32() + reader.pos;
  const types: number[] = [];
  while (reader.pos < end) types.push(reader.int32());
  return types;
}

function decodeQuery(reader: protobuf.Reader): ReadQuery {
  const end = reader.uint32() + reader.pos;
  const matchers: ReadQuery['matchers'][number][] = [];
  const times = { startMs: 0, endMs: 0 };
  while (reader.pos < end) {
    const field = reader.uint32();
    const number = field >>> 3;
    if (number === 1) times.startMs = toNumber(reader.int64());
    else if (number === 2) times.endMs = toNumber(reader.int64());
    else if (number === 3) matchers.push(decodeMatcher(reader));
    else reader.skipType(field & 7);
  }
  return { ...times, matchers };
}

function decodeMatcher(reader: protobuf.Reader): ReadQuery['matchers'][number] {
  const end = reader.uint32() + reader.pos;
  let type = 0;
  let name = '';
  let value = '';
  while (reader.pos < end) {
    const field = reader.uint32();
    const number = field >>> 3;
    if (number === 1) type = reader.int32();
    else if (number === 2) name = reader.string();
    else if (number === 3) value = reader.string();
    else reader.skipType(field & 7);
  }
  const operator = operators[type];
  if (operator === undefined) throw new GatewayError('PG_BAD_REQUEST', `unknown matcher type ${type}`);
  return { name, operator, value };
}
