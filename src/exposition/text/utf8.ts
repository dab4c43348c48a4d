/**
 * Whether `bytes[start, end)` is UTF-8 as Go's `utf8.Valid` takes it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. Linear.
 */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let p = start;
  while (p < end) {
    const lead = bytes[p]!;
    if (lead < 0x80) {
      p += 1;
      continue;
    }
    const length = sequenceLength(lead);
    if (length === 0 || p + length > end) return false;
    const second = bytes[p + 1]!;
    if (second < lowestSecond(lead) || second > highestSecond(lead)) return false;
    for (let i = 2; i < length; i++) {
      if ((bytes[p + i]! & 0xc0) !== 0x80) return false;
    }
    p += length;
  }
  return true;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

function lowestSecond(lead: number): number {
  if (lead === 0xe0) return 0xa0;
  if (lead === 0xf0) return 0x90;
  return 0x80;
}

function highestSecond(lead: number): number {
  if (lead === 0xed) return 0x9f;
  if (lead === 0xf4) return 0x8f;
  return 0xbf;
}
