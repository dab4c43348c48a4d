import { constants, createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import type { Transform } from 'node:stream';

export type CompressedEncoding = 'gzip' | 'deflate' | 'zstd';

const CHUNK_BYTES = 64 * 1024;

/**
 * Level 1: on exposition text level 6 makes the answer 16 % smaller for 2.7 times the CPU time (58 against 160 MB/s on one
 * core), and the link to a scraper is rarely the narrow place.
 */
const fast = { level: 1, chunkSize: CHUNK_BYTES };

/** zstd's own default is both smaller and faster on exposition text than its level 1 (310 against 227 MB/s). */
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 3 }, chunkSize: CHUNK_BYTES };

/** A stream that compresses off the main thread. `deflate` is the zlib format, as in HTTP and in Prometheus. */
export function createCompressor(encoding: CompressedEncoding): Transform {
  if (encoding === 'gzip') return createGzip(fast);
  return encoding === 'deflate' ? createDeflate(fast) : createZstdCompress(zstd);
}
