import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { createShardState } from '../../../src/topology/shard-state.ts';
import {
  type FilledTable,
  nothingSampled,
  type ReplicaOutcome,
  type ShardOutcome,
  type ShardView,
} from '../../../src/topology/shard-view.ts';
import { deduplication, lookbackDeltaMs, replicaOutcome, shardOf, tableOf } from './outcomes.ts';

const replicaCount = 3;
const timestamp = fc.integer({ min: 0, max: 2_000_000 });
const given = fc.oneof(timestamp, fc.constant(-Infinity));

const table = (maxLength: number): fc.Arbitrary<FilledTable> =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 }), timestamp), {
      maxLength,
      selector: ([low, high]) => `${low}/${high}`,
    })
    .map((entries) => tableOf(...entries));

const replica: fc.Arbitrary<ReplicaOutcome> = fc
  .record({
    result: fc.constantFrom('unused', 'complete', 'failed', 'dropped'),
    series: fc.nat(50),
    missing: fc.nat(50),
    newestSampleMs: given,
    firstByteMs: fc.oneof(fc.nat(2000), fc.constant(Number.NaN)),
    order: fc.constantFrom('unknown', 'sorted', 'unsorted'),
  })
  .map((differences) => replicaOutcome(differences));

const outcome: fc.Arbitrary<ShardOutcome> = fc.record({
  status: fc.constantFrom('complete', 'failed'),
  replicas: fc.array(replica, { minLength: replicaCount, maxLength: replicaCount }),
  newestGivenMs: given,
  families: table(3),
  ahead: table(3),
  sampled: fc.constant(nothingSampled()),
  filled: table(deduplication.maxFilledSeries),
  passed: table(3),
  filledOverflow: fc.boolean(),
  leader: fc.nat(replicaCount - 1),
  seriesOut: fc.constant(0),
  suppressed: fc.constant(0),
  filledSeries: fc.constant(0),
  duplicates: fc.constant(0),
});

/** Requests begin, and finish later in any order, while time passes. */
const step = fc.record({ passesMs: fc.nat(90_000), begin: fc.boolean(), finish: fc.nat(5), outcome });

it('keeps its bounds through any sequence of requests', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const state = createShardState(shardOf(replicaCount), deduplication, lookbackDeltaMs);
      const open: ShardView[] = [];
      let nowMs = 0;
      let highestMs = -Infinity;
      let newestGivenMs = -Infinity;
      for (const { passesMs, begin, finish, outcome: observed } of steps) {
        nowMs += passesMs;
        if (begin) open.push(state.view(nowMs));
        const [view] = open.splice(finish % Math.max(1, open.length), 1);
        const before = state.view(nowMs);
        const change = view === undefined ? undefined : state.finish(view, observed, nowMs);
        if (view !== undefined) newestGivenMs = Math.max(newestGivenMs, observed.newestGivenMs);

        const after = state.view(nowMs);
        expect(after.leader).toBeGreaterThanOrEqual(0);
        expect(after.leader).toBeLessThan(replicaCount);
        expect(after.newestGivenMs).toBe(newestGivenMs);
        expect(after.filled.timestampsMs.length).toBeLessThanOrEqual(deduplication.maxFilledSeries);
        expect(after.hedgeDelayMs).toBeGreaterThanOrEqual(deduplication.minHedgeDelayMs);
        // A watermark in force is the highest there ever was.
        if (after.watermarkMs !== -Infinity) expect(after.watermarkMs).toBeGreaterThanOrEqual(highestMs);
        highestMs = Math.max(highestMs, after.watermarkMs);
        // A leader changes only with a word, a new epoch and all that was given out frozen.
        expect(after.epoch).toBe(before.epoch + (change === undefined ? 0 : 1));
        if (change === undefined) expect(after.leader).toBe(before.leader);
        else if (newestGivenMs + lookbackDeltaMs >= nowMs) expect(after.watermarkMs).toBe(newestGivenMs);
        // Nothing that began before a change may be given out below the watermark unseen.
        if (view !== undefined && view.epoch !== after.epoch && observed.newestGivenMs + lookbackDeltaMs >= nowMs) {
          expect(after.watermarkMs).toBeGreaterThanOrEqual(observed.newestGivenMs);
        }
      }
    }),
    { numRuns: 300 },
  );
});
