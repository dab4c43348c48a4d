import { expect, it } from 'vitest';
import { createBufferPool } from '../../../src/workers/buffer-pool.ts';

const allocate = (bytes = 8) => ({
  bytes: new ArrayBuffer(bytes),
  lineEnds: new ArrayBuffer(4),
  hashes: new ArrayBuffer(4),
});

it('gives out again what came back, up to its bound and of the usual size', () => {
  const pool = createBufferPool(allocate, 2);
  const [a, b, c] = [pool.take(), pool.take(), pool.take()];
  for (const buffers of [allocate(9), a, b, c]) pool.give(buffers);
  expect([pool.take(), pool.take()]).toEqual([b, a]);
  expect([a, b, c]).not.toContain(pool.take());
});
