import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameKey } from '../../../src/federate/join/name-key.ts';
import { Fed, line, replica, type } from '../../unit/federate/join/shard-fixture.ts';

const families = ['c', 'd', 'e', 'f', 'g'];
const maxMissingRatio = 0.1;

/** 64 of them, of which one in `1 + weight` is false. */
const bits = (weight: number): fc.Arbitrary<boolean[]> =>
  fc.array(fc.oneof({ weight, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }), {
    minLength: 64,
    maxLength: 64,
  });

/** How many series each family had, and which of them the leader has now: `has[i % 64]` for the one at `i`. */
const shard = fc.record({
  counts: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: families.length, maxLength: families.length }),
  has: fc.oneof(bits(1), bits(30)),
  lacksFamily: fc.oneof(
    fc.constant(families.map(() => false)),
    fc.array(fc.boolean(), { minLength: families.length, maxLength: families.length }),
  ),
});
type Shard = typeof shard extends fc.Arbitrary<infer T> ? T : never;

function bodyOf({ counts, has, lacksFamily }: Shard, of: string, isWhole: boolean): string {
  return families
    .map((name, f) => {
      const lines = Array.from({ length: counts[f]! }, (_, i) => i)
        .filter((i) => isWhole || (!lacksFamily[f] && has[(7 * f + i) % 64]))
        .map((i) => line(name, `a="${String(i).padStart(2, '0')}"`, '1 100')(of));
      return lines.length === 0 ? '' : type(name)() + lines.join('');
    })
    .join('');
}

it('a leader that is read alone costs at most the share of series that may be missing, each once and in order', () => {
  let asked = 0;
  let unasked = 0;
  fc.assert(
    fc.property(shard, (one) => {
      const total = one.counts.reduce((sum, count) => sum + count, 0);
      const fed = new Fed({
        replicas: [replica('a'), replica('b', { isStarted: false })],
        expectation: {
          families: { keys: Float64Array.from(families, nameKey), series: Uint32Array.from(one.counts) },
          maxMissingRatio,
          siblings: [1],
        },
      });
      fed.push(0, bodyOf(one, 'a', false));
      fed.join.end(0);
      const status = fed.advance();
      if (status.kind === 'need') {
        asked += 1;
        expect(status).toMatchObject({ replicas: [1], ready: [0] });
        fed.join.start(1);
        fed.push(1, bodyOf(one, 'b', true));
        fed.join.end(1);
        expect(fed.advance()).toEqual({ kind: 'done' });
      } else unasked += 1;
      const given = fed.text.split('\n').filter((text) => text !== '');
      expect(new Set(given).size).toBe(given.length);
      expect(given.length).toBeGreaterThanOrEqual(total - maxMissingRatio * total);
      expect(given.map(([name]) => name)).toEqual(given.map(([name]) => name).toSorted((a, b) => (a! < b! ? -1 : 1)));
    }),
    { numRuns: 500 },
  );
  expect(Math.min(asked, unasked)).toBeGreaterThan(20);
});
