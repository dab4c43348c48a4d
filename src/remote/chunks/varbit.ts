import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

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

/** Whole numbers up to 2^53 either way. */
export function writeVarbitInt(writer: BitWriter, value: number): void {
  write(writer, value, (bits) => value >= 1 - 2 ** (bits - 1) && value <= 2 ** (bits - 1));
}

/** Whole numbers from 0 up to 2^53. */
export function writeVarbitUint(writer: BitWriter, value: number): void {
  write(writer, value, (bits) => value < 2 ** bits);
}

function write(writer: BitWriter, value: number, fits: (bits: number) => boolean): void {
  if (value === 0) return writer.bit(0);
  const ones = sizes.findIndex((bits, i) => i > 0 && fits(bits));
  // Eight ones need no zero behind them.
  if (ones === sizes.length - 1) writer.write(0xff, 8);
  else writer.write((1 << (ones + 1)) - 2, ones + 1);
  writer.writeNumber(value, sizes[ones]!);
}
