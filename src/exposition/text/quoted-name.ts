import {
  BACKSLASH,
  byteClass,
  EQUALS,
  LABEL_PART,
  LABEL_START,
  LF,
  METRIC_PART,
  METRIC_START,
  QUOTE,
} from './byte-class.ts';
import { isUtf8 } from './utf8.ts';

/**
 * After the name in quotes whose opening quote stands at `start`; -1 where it is empty, needs escapes or is not UTF-8. A
 * line feed must follow somewhere.
 */
export function endOfQuotedName(bytes: Uint8Array, start: number): number {
  let p = start + 1;
  let isAscii = true;
  for (let byte = bytes[p]!; byte !== QUOTE; byte = bytes[++p]!) {
    if (byte === BACKSLASH || byte === LF || byte === 0) return -1;
    if (byte >= 0x80) isAscii = false;
  }
  if (p === start + 1 || (!isAscii && !isUtf8(bytes, start + 1, p))) return -1;
  return p + 1;
}

/** Whether the name in `bytes[start, end)` needs no quotes as a label name. */
export function isBareLabelName(bytes: Uint8Array, start: number, end: number): boolean {
  return isMadeOf(bytes, start, end, LABEL_START) && isMadeOf(bytes, start, end, LABEL_PART);
}

/** Whether the name in `bytes[start, end)` needs no quotes as a metric name. */
export function isBareMetricName(bytes: Uint8Array, start: number, end: number): boolean {
  return isMadeOf(bytes, start, end, METRIC_START) && isMadeOf(bytes, start, end, METRIC_PART);
}

/** Start bits are asked of the first byte alone. */
function isMadeOf(bytes: Uint8Array, start: number, end: number, bits: number): boolean {
  const last = bits === LABEL_START || bits === METRIC_START ? start + 1 : end;
  for (let p = start; p < last; p++) if ((byteClass[bytes[p]!]! & bits) === 0) return false;
  return true;
}

/**
 * Whether the label name at `later` comes after the one at `earlier`, in the order of their bytes. Each is bare and ends
 * at `=`, or stands in quotes without escapes.
 */
export function isNameAfter(bytes: Uint8Array, earlier: number, later: number): boolean {
  const quotedA = bytes[earlier] === QUOTE;
  const quotedB = bytes[later] === QUOTE;
  const endA = quotedA ? QUOTE : EQUALS;
  const endB = quotedB ? QUOTE : EQUALS;
  let a = quotedA ? earlier + 1 : earlier;
  let b = quotedB ? later + 1 : later;
  for (;;) {
    const x = bytes[a]!;
    const y = bytes[b]!;
    if (y === endB) return false;
    if (x === endA) return true;
    if (x !== y) return x < y;
    a += 1;
    b += 1;
  }
}
