import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hash64Set } from '../../../src/model/hash64-set.ts';

describe('Hash64Set', () => {
  it('behaves as a Set of pairs', () => {
    const word = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat({ max: 0xffffffff }));
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 3000 }), (pairs) => {
        const set = new Hash64Set(4);
        const model = new Set<string>();
        for (const [low, high] of pairs) {
          expect(set.has(low, high)).toBe(model.has(`${low},${high}`));
          expect(set.add(low, high)).toBe(!model.has(`${low},${high}`));
          model.add(`${low},${high}`);
        }
        expect(set.size).toBe(model.size);
        set.clear();
        expect(pairs.some(([low, high]) => set.has(low, high))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('gives its memory back after a large family', () => {
    const set = new Hash64Set();
    for (let i = 0; i < 100_000; i++) set.add(i, 7);
    set.clear();
    expect(set.has(5, 7)).toBe(false);
    expect(set.add(5, 7)).toBe(true);
  });
});
