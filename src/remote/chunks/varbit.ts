import type { BitReader } from './bit-reader.ts';

/** Bits of the value behind so many leading ones. */
const sizes = [0, 3, 6, 9, 12, 18, 25, 56, 64] as const;

function sizeOf(reader: BitReader): number {
  return sizes[reader.ones(8)]!;
}

/** Prometheus' varbit integer: small numbers take few bits. Exact up to 2^53. */
export function readVarbitInt(reader: BitReader): number {
  const size = sizeOf(reader);
  return size === 0 ? 0 : reader.readSigned(size);
}

export function readVarbitUint(reader: BitReader): number {
  const size = sizeOf(reader);
  return size === 0 ? 0 : reader.readNumber(size);
}
