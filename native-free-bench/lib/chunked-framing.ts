/** A body in HTTP/1.1 chunks, without the last (empty) one. */
export interface FramedBody {
  readonly bytes: Buffer;
  /** Offset in {@link FramedBody.bytes} of the byte at `position` of the plain body. */
  position(position: number): number;
}

export const LAST_CHUNK = '0\r\n\r\n';

const CRLF = Buffer.from('\r\n');

/** Cuts `body` into chunks of `chunkBytes`; Prometheus writes its text exposition in chunks of 4096. */
export function frameChunks(body: Buffer, chunkBytes: number): FramedBody {
  const parts: Buffer[] = [];
  for (let start = 0; start < body.length; start += chunkBytes) {
    const data = body.subarray(start, start + chunkBytes);
    parts.push(chunkHeader(data.length, chunkBytes), data, CRLF);
  }
  const header = chunkHeader(chunkBytes, chunkBytes).length;
  const stride = chunkBytes + header + CRLF.length;
  return {
    bytes: Buffer.concat(parts),
    position: (position) => Math.floor(position / chunkBytes) * stride + header + (position % chunkBytes),
  };
}

/** All headers of a body have one width, so that positions can be computed; leading zeros are allowed in a chunk size. */
function chunkHeader(bytes: number, largest: number): Buffer {
  return Buffer.from(`${bytes.toString(16).padStart(largest.toString(16).length, '0')}\r\n`);
}
