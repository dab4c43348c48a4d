import { pipeline, type Duplex } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

import { GatewayError } from '../model/errors.ts';
import { classifyFailure } from './classify-failure.ts';
import type { WireBody } from './wire-body.ts';

/** One output buffer of the decoder; it holds one more ready. Smaller ones cost the thread more turns for each byte. */
const decodedChunkBytes = 128 * 1024;

type Decoder = Duplex & { readonly bytesWritten: number };

const decoders: Readonly<Record<string, () => Decoder>> = {
  gzip: () => createGunzip({ chunkSize: decodedChunkBytes }),
  'x-gzip': () => createGunzip({ chunkSize: decodedChunkBytes }),
  deflate: () => createInflate({ chunkSize: decodedChunkBytes }),
  zstd: () => createZstdDecompress({ chunkSize: decodedChunkBytes }),
};

/**
 * The body with its `Content-Encoding` undone, as a stream. A chunk is valid until the next but one is asked for. A body that is cut short, corrupt, or goes on after its end
 * ends in an error. Returning early ends the connection.
 * @throws {@link GatewayError} `PG_UPSTREAM_ENCODING` at once for an encoding that we did not ask for; while iterating
 * also what the wire fails with.
 */
export function decodeBody(wire: WireBody, contentEncoding: string, replica: string): AsyncIterable<Uint8Array> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') {
    wire.reuseBuffers();
    return wire;
  }
  const create = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (create === undefined)
    throw encodingError(replica, `content encoding "${encoding.slice(0, 40)}" is not supported`);
  return endingWire(wire, inflate(wire, create(), replica));
}

/** Chunks made of a body, whose early end ends the body's connection too. */
export function endingWire(wire: WireBody, chunks: AsyncGenerator<Uint8Array, void>): AsyncIterable<Uint8Array> {
  const returnAll = async (): Promise<IteratorResult<Uint8Array, void>> => {
    // A generator that was never started would return without running its body.
    await wire.return();
    return chunks.return();
  };
  return { [Symbol.asyncIterator]: () => ({ next: () => chunks.next(), return: returnAll }) };
}

async function* inflate(
  wire: WireBody,
  decoder: Decoder,
  replica: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  // The decoder is destroyed with the error of the wire, and the wire returned when the decoder ends before it.
  pipeline(wire, decoder, () => {});
  try {
    yield* decoder;
  } catch (error) {
    throw classifyFailure(error, { replica, answered: true, wireBytes: wire.bytes });
  }
  // Node ends the stream in silence where more bytes follow the end of the compressed data.
  const excess = wire.bytes - decoder.bytesWritten;
  if (excess !== 0) throw encodingError(replica, `at least ${excess} bytes follow the end of the compressed body`);
}

function encodingError(replica: string, reason: string): GatewayError {
  return new GatewayError('PG_UPSTREAM_ENCODING', `replica ${replica}: ${reason}`, { details: { replica } });
}
