import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createCompressor, type CompressedEncoding } from './compressor.ts';

/** Where a body goes, one chunk at a time. */
export interface BodySink {
  /** Resolves when `chunk` is no longer referenced; until then it must not change. Rejects once the client has gone. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the last byte was handed to the system. */
  end(): Promise<void>;
}

export interface BodySinkOptions {
  readonly encoding: CompressedEncoding | 'identity';
  /** Fires when the connection is gone; a pending write then rejects with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Writes to a response with the client's back-pressure: a chunk is let go only when the kernel or the compressor has
 * consumed it, so that at most one chunk, one compressor and one socket buffer are in flight.
 */
export function createBodySink(response: ServerResponse, { encoding, signal }: BodySinkOptions): BodySink {
  if (encoding === 'identity') return createSink(response, signal, () => untilEnded(response));
  const compressor = createCompressor(encoding);
  const done = pipeline(compressor, response);
  done.catch(() => {});
  return createSink(compressor, signal, () => {
    compressor.end();
    return done;
  });
}

function createSink(stream: Writable, signal: AbortSignal, finish: () => Promise<void>): BodySink {
  let rejectPending: ((reason: unknown) => void) | undefined;
  // A compressor never calls back for the chunk it works on when it is destroyed.
  signal.addEventListener('abort', () => rejectPending?.(signal.reason), { once: true });
  const settle = (start: (resolve: () => void, reject: (reason: unknown) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      rejectPending = reject;
      start(() => {
        rejectPending = undefined;
        resolve();
      }, reject);
    });
  return {
    write: (chunk) =>
      settle((resolve, reject) => {
        stream.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    end: () =>
      settle((resolve, reject) => {
        finish().then(resolve, reject);
      }),
  };
}

function untilEnded(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.end(resolve));
}
