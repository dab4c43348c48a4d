import { expect, it } from 'vitest';
import { readSharedJson, shareJson } from '../../../src/workers/shared-json.ts';

it('gives every reader a copy of the value, through memory that a message does not copy', () => {
  const shared = shareJson(7, { name: 'é', list: [1, { a: true }] });
  const received = structuredClone(shared);
  expect(received.version).toBe(7);
  expect(readSharedJson(received)).toEqual({ name: 'é', list: [1, { a: true }] });
  // The same memory: what changes in one is seen in the other.
  new Uint8Array(shared.bytes).set(Buffer.from('{"b'), 0);
  expect(Object.keys(readSharedJson(received) as object)[0]).toBe('bame');
});
