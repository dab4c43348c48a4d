/** Byte values that have a meaning in the text format. */
export const TAB = 0x09;
export const LF = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const UPPER_H = 0x48;
export const UPPER_T = 0x54;
export const LOWER_N = 0x6e;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Bits of {@link byteClass}. */
export const LABEL_START = 1;
export const LABEL_PART = 2;
export const METRIC_START = 4;
export const METRIC_PART = 8;
/** Stands in a label value for itself and needs no further look: ASCII other than quote, backslash and line feed. */
export const PLAIN = 16;
export const DIGIT = 32;

/** What each byte may be part of, as a set of bits. */
export const byteClass: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));

function classOf(byte: number): number {
  let bits = 0;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
  if (isLetter) bits |= LABEL_START | LABEL_PART | METRIC_START | METRIC_PART;
  if (isDigit) bits |= LABEL_PART | METRIC_PART | DIGIT;
  if (byte === 0x3a) bits |= METRIC_START | METRIC_PART;
  if (byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH && byte !== LF) bits |= PLAIN;
  return bits;
}
