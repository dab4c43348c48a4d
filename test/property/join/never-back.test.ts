import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShardState } from '../../../src/topology/shard-state.ts';
import { Fed, line, replica, type } from '../../unit/federate/join/shard-fixture.ts';
import { deduplication, lookbackDeltaMs, shardOf } from '../../unit/topology/outcomes.ts';
import { type Body, join, outcomeOf } from './join-bodies.ts';

const startMs = 1_700_000_000_000;
/** By family: some series have timestamps of their own, on a grid that both replicas see. */
const series = ['c', 'g', 'h'].flatMap((family) => [0, 1, 2, 3].map((i) => ({ family, own: `a="${i}"` })));

const seen = fc.record({
  /** The series that the replica has, as bits; what it has is at most so old. */
  has: fc.oneof({ weight: 4, arbitrary: fc.constant(0xfff) }, fc.integer({ min: 0, max: 0xfff })),
  ageMs: fc.oneof(fc.nat(3000), fc.nat(40_000)),
  /** Which part of its body comes before it dies. */
  part: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 0.99, noNaN: true })),
});
const scenario = fc.record({
  skewsMs: fc.tuple(
    fc.constantFrom(0, 0, 0, 600_000, -20_000, 20_000),
    fc.constantFrom(0, 0, 0, 600_000, -20_000, 20_000),
  ),
  gridAheadMs: fc.constantFrom(0, 0, 120_000),
  maxFilledSeries: fc.constantFrom(2, 5, 100),
  requests: fc.array(fc.record({ passesMs: fc.integer({ min: 1, max: 12_000 }), seen: fc.tuple(seen, seen) }), {
    minLength: 2,
    maxLength: 20,
  }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** The bodies of one request; a replica's own sample of a series never gets older. */
function bodiesOf(
  one: Scenario,
  request: Scenario['requests'][number],
  nowMs: number,
  last: Map<string, number>,
): Body[] {
  return request.seen.map(({ has, ageMs, part }, replica) => {
    const name = 'ab'[replica]!;
    let text = '';
    for (const [i, { family, own }] of series.entries()) {
      if (i % 4 === 0) text += type(family, 'gauge')();
      if ((has & (1 << i)) === 0) continue;
      const scrapedMs = nowMs - ageMs - i * 50;
      const gridMs = Math.floor(scrapedMs / 5000) * 5000 + one.gridAheadMs;
      const key = `${replica} ${i}`;
      const timestampMs = Math.max(last.get(key) ?? 0, family === 'g' ? gridMs : scrapedMs + one.skewsMs[replica]!);
      last.set(key, timestampMs);
      text += line(family, own, `1 ${timestampMs}`)(name);
    }
    return { text, part };
  });
}

/** Every sample given out, in order: series and timestamp. */
function* given(one: Scenario): Generator<readonly [key: string, timestampMs: number]> {
  const limits = { ...deduplication, maxFilledSeries: one.maxFilledSeries, leaderPatienceMs: 20_000 };
  const state = createShardState(shardOf(2), limits, lookbackDeltaMs);
  const last = new Map<string, number>();
  let nowMs = startMs;
  for (const request of one.requests) {
    nowMs += request.passesMs;
    const view = state.view(nowMs);
    const fed = new Fed({ ...view, replicas: [replica('a'), replica('b')], maxFilledSeries: one.maxFilledSeries });
    const summary = join(fed, bodiesOf(one, request, nowMs, last));
    for (const [, key, timestamp] of fed.text.matchAll(/^(.*\}) 1 (\d+)$/gm)) yield [key!, Number(timestamp)];
    state.finish(view, outcomeOf(summary), nowMs);
  }
}

it('gives no series a sample older than one that it gave before, whoever leads, dies, lacks series or has a wrong clock', () => {
  let samples = 0;
  fc.assert(
    fc.property(scenario, (one) => {
      const newest = new Map<string, number>();
      for (const [key, timestampMs] of given(one)) {
        samples += 1;
        expect(timestampMs, key).toBeGreaterThanOrEqual(newest.get(key) ?? 0);
        newest.set(key, timestampMs);
      }
    }),
    { numRuns: 1500 },
  );
  expect(samples).toBeGreaterThan(10_000);
}, 120_000);
