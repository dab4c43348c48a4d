import { byteClass, DIGIT } from './byte-class.ts';

/**
 * The sample value in `bytes[start, end)`, or undefined where Prometheus' scraper refuses it: Go's `ParseFloat` without
 * hexadecimal, underscores and values out of range; `Inf` and `NaN` in any case, `NaN` without a sign (spec §2.1).
 */
export function parseSampleValue(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 4096) return parseText(latin1(bytes, start, end));
  let magnitude = 0;
  let p = start;
  const isNegative = bytes[p] === 0x2d;
  if (isNegative) p += 1;
  if (p === end || end - p > 15) return parseText(latin1(bytes, start, end));
  for (; p < end; p++) {
    const byte = bytes[p]!;
    if ((byteClass[byte]! & DIGIT) === 0) return parseText(latin1(bytes, start, end));
    magnitude = magnitude * 10 + (byte - 0x30);
  }
  return isNegative ? -magnitude : magnitude;
}

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

function parseText(text: string): number | undefined {
  if (decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  switch (text.toLowerCase()) {
    case 'nan':
      return NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      return Infinity;
    case '-inf':
    case '-infinity':
      return -Infinity;
    default:
      return undefined;
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
