import { GatewayError } from '../../model/errors.ts';
import { BitReader } from './bit-reader.ts';
import type { SampleSink } from './sample-sink.ts';
import { XorValue } from './xor-value.ts';

const deltaSizes = [0, 14, 17, 20, 64] as const;

/** Decodes a chunk of floats. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeXorChunk(chunk: Uint8Array, sink: SampleSink): void {
  if (chunk.length < 2) return;
  const samples = (chunk[0]! << 8) | chunk[1]!;
  const start = readVarint(chunk, 2);
  let timestampMs = start.value;
  let deltaMs = 0;
  const value = new XorValue();
  let reader = new BitReader(chunk, start.next);
  for (let i = 0; i < samples; i++) {
    if (i === 0) value.readFirst(reader);
    else if (i === 1) {
      // The second timestamp is made of bytes, but not on a byte boundary of its own: the first value has 64 bits.
      const second = readUvarint(chunk, start.next + 8);
      deltaMs = second.value;
      timestampMs += deltaMs;
      reader = new BitReader(chunk, second.next);
      value.readNext(reader);
    } else {
      deltaMs += readDelta(reader);
      timestampMs += deltaMs;
      value.readNext(reader);
    }
    sink.addFloat(timestampMs, value);
  }
}

function readDelta(reader: BitReader): number {
  const size = deltaSizes[reader.ones(4)]!;
  return size === 0 ? 0 : reader.readSigned(size);
}

interface Read {
  readonly value: number;
  readonly next: number;
}

const maxVarintBytes = 10;

/** Go's `binary.Uvarint`. */
function readUvarint(bytes: Uint8Array, start: number): Read {
  let value = 0;
  let factor = 1;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === undefined || at - start === maxVarintBytes) {
      throw new GatewayError('PG_PARSE_INVALID', 'a chunk ends in the middle of a timestamp');
    }
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: at + 1 };
    factor *= 128;
  }
}

/** Go's `binary.Varint`: zigzag. */
function readVarint(bytes: Uint8Array, start: number): Read {
  const { value, next } = readUvarint(bytes, start);
  return { value: value % 2 === 0 ? value / 2 : -(value + 1) / 2, next };
}
