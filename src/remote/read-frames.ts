import CRC32C from 'crc-32/crc32c.js';
import { GatewayError } from '../model/errors.ts';

export interface FrameLimits {
  /** Of one frame. */
  readonly maxFrameBytes: number;
}

/**
 * The payloads of a stream of frames: `uvarint(length) || uint32be crc32c(payload) || payload`, as many at once as a chunk
 * ends. They are valid only until the next ones are asked for. Chunks may be cut anywhere.
 * @throws GatewayError `PG_PARSE_INVALID` for a wrong checksum or an end in the middle, `PG_LIMIT_BUFFER` for a frame too large
 */
export async function* readFrames(
  bytes: AsyncIterable<Uint8Array>,
  { maxFrameBytes }: FrameLimits,
): AsyncGenerator<readonly Uint8Array[], void> {
  let buffer = new Uint8Array(64 * 1024);
  let start = 0;
  let end = 0;
  for await (const chunk of bytes) {
    if (end + chunk.length > buffer.length) {
      const kept = buffer.subarray(start, end);
      const size = kept.length + chunk.length > buffer.length ? 2 * (kept.length + chunk.length) : buffer.length;
      const next = size === buffer.length ? buffer : new Uint8Array(size);
      next.set(kept);
      buffer = next;
      end = kept.length;
      start = 0;
    }
    buffer.set(chunk, end);
    end += chunk.length;
    const payloads: Uint8Array[] = [];
    for (;;) {
      const frame = frameAt(buffer.subarray(start, end), maxFrameBytes);
      if (frame === undefined) break;
      payloads.push(frame.payload);
      start += frame.size;
    }
    if (payloads.length > 0) yield payloads;
  }
  if (start < end) throw new GatewayError('PG_PARSE_INVALID', 'the stream of series ends in the middle of a frame');
}

/** The first frame of `bytes`; undefined while it is not all there. */
function frameAt(bytes: Uint8Array, maxFrameBytes: number): { payload: Uint8Array; size: number } | undefined {
  let length = 0;
  let factor = 1;
  let at = 0;
  for (; ; at++) {
    if (at === bytes.length) return undefined;
    if (at > 8) throw new GatewayError('PG_PARSE_INVALID', 'the length of a frame is no number');
    length += (bytes[at]! & 0x7f) * factor;
    factor *= 128;
    if (bytes[at]! < 0x80) break;
  }
  if (length > maxFrameBytes) {
    const reason = `a frame of ${length} bytes exceeds the limit of ${maxFrameBytes}`;
    throw new GatewayError('PG_LIMIT_BUFFER', reason);
  }
  const from = at + 5;
  if (bytes.length < from + length) return undefined;
  const payload = bytes.subarray(from, from + length);
  const told = (bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]! | 0;
  if (CRC32C.buf(payload) !== told) {
    throw new GatewayError('PG_PARSE_INVALID', 'a frame of the stream of series has a wrong checksum');
  }
  return { payload, size: from + length };
}
