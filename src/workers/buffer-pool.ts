import type { BlockBuffers } from './block-buffers.ts';

/** Sets of buffers that one thread uses again and again, whichever task they served before. */
export interface BufferPool {
  take(): BlockBuffers;
  /** Hands a set back; one of another size, or one too many, is left to the garbage collector. */
  give(buffers: BlockBuffers): void;
}

/** Keeps at most `maxKept` sets. */
export function createBufferPool(allocate: () => BlockBuffers, maxKept: number): BufferPool {
  const kept: BlockBuffers[] = [];
  const { bytes, lineEnds, hashes } = allocate();
  return {
    take: () => kept.pop() ?? allocate(),
    give(buffers) {
      const isUsual =
        buffers.bytes.byteLength === bytes.byteLength &&
        buffers.lineEnds.byteLength === lineEnds.byteLength &&
        buffers.hashes.byteLength === hashes.byteLength;
      if (isUsual && kept.length < maxKept) kept.push(buffers);
    },
  };
}
