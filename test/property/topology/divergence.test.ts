import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDivergence } from '../../../src/topology/divergence.ts';

const intervalMs = 15_000;

/** What a target exposes at a moment. */
const target = fc.oneof(
  fc
    .double({ min: 0.01, max: 1e6, noNaN: true })
    .map((perSecond) => (ms: number) => Math.floor((ms / 1000) * perSecond)),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => () => value),
  fc.record({ height: fc.integer({ min: 1, max: 1000 }), periodMs: fc.integer({ min: 60_000, max: 3_600_000 }) }).map(
    ({ height, periodMs }) =>
      (ms: number) =>
        height * Math.sin(ms / periodMs),
  ),
);

interface Fleet {
  readonly phases: readonly [number, number];
  readonly requestMs: number;
}
const fleet: fc.Arbitrary<Fleet> = fc.record({
  phases: fc.tuple(fc.nat(intervalMs - 1), fc.nat(intervalMs - 1)),
  requestMs: fc.integer({ min: 1000, max: 60_000 }),
});

/** Whether the second replica of a series was found divergent in any of many requests. */
function wasDivergent({ phases, requestMs }: Fleet, values: readonly ((ms: number) => number)[]): boolean {
  const divergence = createDivergence();
  for (let i = 1; i <= 60; i++) {
    const cells = phases.map((phase, replica) => {
      const scrapedMs = Math.floor((i * requestMs - phase) / intervalMs) * intervalMs + phase;
      return [scrapedMs, values[replica]!(scrapedMs)] as const;
    });
    const sampled = {
      labels: ['s'],
      timestampsMs: Float64Array.from(cells, ([timestampMs]) => timestampMs),
      values: Float64Array.from(cells, ([, value]) => value),
    };
    divergence.observe({ leader: 0, replicas: cells, sampled }, i * requestMs);
    if (divergence.divergent(1).length > 0) return true;
  }
  return false;
}

it('takes no two scrapes of one steady target for divergent, whatever their phases', () => {
  fc.assert(
    fc.property(fleet, target, (one, valueAt) => {
      expect(wasDivergent(one, [valueAt, valueAt])).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

it('finds a replica whose values are off by more than the series moves', () => {
  fc.assert(
    fc.property(fleet, target, fc.integer({ min: 7, max: 100 }), (one, valueAt, moves) => {
      const largest = Math.max(
        ...Array.from({ length: 300 }, (_, i) => Math.abs(valueAt((i + 5) * intervalMs) - valueAt(i * intervalMs))),
      );
      expect(wasDivergent(one, [valueAt, (ms) => valueAt(ms) + (largest + 1) * moves])).toBe(true);
    }),
    { numRuns: 300 },
  );
});
