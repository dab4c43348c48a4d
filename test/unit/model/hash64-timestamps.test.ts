import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Hash64Timestamps } from '../../../src/model/hash64-timestamps.ts';

it('knows what was set, and nothing else', () => {
  const table = new Hash64Timestamps();
  expect(table.get(1, 2)).toBeNaN();
  table.set(1, 2, 100);
  table.set(0, 0, -Infinity);
  expect([table.get(1, 2), table.get(0, 0), table.size]).toEqual([100, -Infinity, 2]);
  expect([table.get(2, 1), table.get(1, 0)]).toEqual([Number.NaN, Number.NaN]);
  table.set(1, 2, 50);
  expect([table.get(1, 2), table.size]).toEqual([50, 2]);
});

it('takes signed and unsigned words for the same, and gives unsigned ones', () => {
  const table = new Hash64Timestamps();
  table.set(-1, -2, 5);
  table.set(0xffff_ffff, 0xffff_fffe, 6);
  expect(table.get(-1, -2)).toBe(6);
  expect(table.entries()).toEqual({
    hashes: Uint32Array.of(0xffff_ffff, 0xffff_fffe),
    timestampsMs: Float64Array.of(6),
  });
});

it('grows, and survives the way to entries and back', () => {
  const table = new Hash64Timestamps();
  for (let i = 0; i < 5000; i++) table.set(i * 7919, (i % 10) - 5, i);
  const copy = Hash64Timestamps.of(table.entries());
  expect(copy.size).toBe(5000);
  for (let i = 0; i < 5000; i++) expect(copy.get(i * 7919, (i % 10) - 5)).toBe(i);
});

// Low words that make every hash belong into one of two neighbouring slots, whatever the size of the table.
const colliding = fc
  .record({ high: fc.integer({ min: 0, max: 40 }), slot: fc.constantFrom(15, 16) })
  .map(({ high, slot }) => [Math.imul(high, 0x9e3779b1) ^ slot, high] as const);
const timestampMs = fc.integer({ min: 0, max: 9 });
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), hash: colliding, timestampMs }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), hash: colliding }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteOlder' as const), timestampMs }) },
);

it('does as a Map would, also where all hashes collide', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const table = new Hash64Timestamps();
      const model = new Map<string, number>();
      for (const one of operations) {
        if (one.kind === 'set') {
          table.set(...one.hash, one.timestampMs);
          model.set(one.hash.join(), one.timestampMs);
        } else if (one.kind === 'delete') {
          table.delete(...one.hash);
          model.delete(one.hash.join());
        } else {
          table.deleteOlder(one.timestampMs);
          for (const [key, timestampMs] of model) if (timestampMs < one.timestampMs) model.delete(key);
        }
      }
      const { hashes, timestampsMs } = table.entries();
      const words = new Int32Array(hashes);
      const entries = [...timestampsMs].map((timestampMs, i): [string, number] => [
        `${words[2 * i]},${words[2 * i + 1]}`,
        timestampMs,
      ]);
      expect(table.size).toBe(model.size);
      expect(new Map(entries)).toEqual(model);
      for (const [key, timestampMs] of model) {
        const [low, high] = key.split(',').map(Number);
        expect(table.get(low!, high!)).toBe(timestampMs);
      }
    }),
  );
});
