import SnappyJS from 'snappyjs';

/**
 * The content of a snappy block.
 * @throws an `Error` with the reason where it is none, or its content is longer than `maxBytes`
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export function uncompressSnappy(block: Uint8Array, maxBytes: number): Uint8Array {
  const { length, start } = readLength(block);
  if (length > maxBytes) throw new RangeError(`content of ${length} bytes exceeds the limit of ${maxBytes}`);
  // snappyjs 0.7 takes a length above 2^31 for a negative one and goes on from before where it was, for ever or nearly so;
  // nor does it mind a content that is shorter or longer than announced.
  if (contentLength(block, start) !== length) throw new RangeError('the content is not as long as announced');
  return SnappyJS.uncompress(block, maxBytes);
}

function readLength(block: Uint8Array): { length: number; start: number } {
  let length = 0;
  for (let at = 0; at < Math.min(block.length, 5); at++) {
    length += (block[at]! & 0x7f) * 128 ** at;
    if (block[at]! < 0x80) return { length, start: at + 1 };
  }
  throw new RangeError('the length of the content is no number');
}

/** The sum of all elements. Reads their heads alone, so it costs little beside copying them. */
function contentLength(block: Uint8Array, start: number): number {
  let length = 0;
  for (let at = start; at < block.length;) {
    const head = block[at]!;
    const kind = head & 3;
    if (kind === 0) {
      const extra = Math.max(0, (head >>> 2) - 59);
      const literal = (extra === 0 ? head >>> 2 : littleEndian(block, at + 1, extra)) + 1;
      at += 1 + extra + literal;
      length += literal;
    } else {
      const extra = kind === 3 ? 4 : kind;
      const offset =
        kind === 1 ? (head >>> 5) * 256 + littleEndian(block, at + 1, 1) : littleEndian(block, at + 1, extra);
      if (offset === 0 || offset > length)
        throw new RangeError(`a copy from ${offset} bytes before the ${length} there are`);
      at += 1 + extra;
      length += kind === 1 ? ((head >>> 2) & 7) + 4 : (head >>> 2) + 1;
    }
    if (at > block.length) throw new RangeError('the block ends in the middle of an element');
  }
  return length;
}

function littleEndian(block: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (block[at + i] ?? 0);
  return value;
}
