import { LF, SPACE } from './byte-class.ts';
import type { SampleLine } from './sample-line.ts';

/** A value of more bytes may be out of range, or needs a closer look: two digits of exponent cannot make it so. */
const MAX_SCANNED_VALUE_BYTES = 150;
/** Digits of Unix milliseconds between the years 2001 and 2286. */
const MILLISECOND_DIGITS = 13;

/** Recognises what follows the labels of a line, in the form that Prometheus writes. */
export class SampleScanner {
  /** Offset after the line feed. */
  next = 0;

  /**
   * Whether a value, and a timestamp if there is one, stand at `start` of `line.bytes` with one space between them and
   * a line feed after them; then `line` and {@link SampleScanner.next} say where.
   */
  scan(line: SampleLine, start: number): boolean {
    const bytes = line.bytes;
    const valueEnd = endOfValue(bytes, start);
    if (valueEnd < 0) return false;
    line.valueStart = start;
    line.valueEnd = valueEnd;
    if (bytes[valueEnd] === LF) {
      line.timestampMs = Number.NaN;
      line.end = valueEnd;
      this.next = valueEnd + 1;
      return true;
    }
    const end = bytes[valueEnd] === SPACE ? scanTimestamp(line, valueEnd + 1) : -1;
    if (end < 0) return false;
    line.end = end;
    this.next = end + 1;
    return true;
  }
}

/** The end of the timestamp at `start`, which is now that of `line`; -1 if it is none. */
function scanTimestamp(line: SampleLine, start: number): number {
  const { bytes, view } = line;
  let p = start;
  if (bytes[p + MILLISECOND_DIGITS] === LF) {
    // The usual length: four digits at a time, as numbers from 0 to 9 in each byte.
    const a = view.getInt32(p, true) ^ 0x30303030;
    const b = view.getInt32(p + 4, true) ^ 0x30303030;
    const c = view.getInt32(p + 8, true) ^ 0x30303030;
    const d = bytes[p + 12]! ^ 0x30;
    const excess = (a + 0x06060606) | (b + 0x06060606) | (c + 0x06060606) | (d + 6);
    if (((excess | a | b | c | d) & 0xf0f0f0f0) !== 0) return -1;
    line.timestampMs = (fourDigits(a) * 10_000 + fourDigits(b)) * 100_000 + fourDigits(c) * 10 + d;
    return p + MILLISECOND_DIGITS;
  }
  let timestampMs = 0;
  for (let byte = bytes[p]!; (byte ^ 0x30) < 10; byte = bytes[++p]!) timestampMs = timestampMs * 10 + (byte ^ 0x30);
  if (p === start || p - start > 15 || bytes[p] !== LF) return -1;
  line.timestampMs = timestampMs;
  return p;
}

/** The number that four digits make, of which the first stands in the lowest byte. */
function fourDigits(word: number): number {
  const pairs = Math.imul(word & 0x000f000f, 10) + ((word >>> 8) & 0x000f000f);
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** End of the number at `start`, or -1 where it has another form than those in use, or may be out of range. */
// oxlint-disable-next-line complexity -- hot loop, see native-free-bench/micro/scan.bench.ts
function endOfValue(bytes: Uint8Array, start: number): number {
  let p = start;
  let byte = bytes[p]!;
  if (byte === 0x2d) byte = bytes[++p]!;
  const digits = p;
  while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
  if (p === digits) return endOfSpecialValue(bytes, start);
  if (byte === 0x2e) {
    byte = bytes[++p]!;
    while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
  }
  if (byte === 0x65) {
    byte = bytes[++p]!;
    if (byte === 0x2d || byte === 0x2b) byte = bytes[++p]!;
    const exponent = p;
    while ((byte ^ 0x30) < 10) byte = bytes[++p]!;
    if (p === exponent || p - exponent > 2) return -1;
  }
  return p - start > MAX_SCANNED_VALUE_BYTES ? -1 : p;
}

function endOfSpecialValue(bytes: Uint8Array, start: number): number {
  const isNaNText = bytes[start] === 0x4e && bytes[start + 1] === 0x61 && bytes[start + 2] === 0x4e;
  if (isNaNText) return start + 3;
  const isSigned = bytes[start] === 0x2b || bytes[start] === 0x2d;
  const isInf = isSigned && bytes[start + 1] === 0x49 && bytes[start + 2] === 0x6e && bytes[start + 3] === 0x66;
  return isInf ? start + 4 : -1;
}
