import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShardState } from '../../../src/topology/shard-state.ts';
import { Fed, line, replica, type } from '../../unit/federate/join/shard-fixture.ts';
import { deduplication, lookbackDeltaMs, shardOf } from '../../unit/topology/outcomes.ts';
import { type Body, join, outcomeOf } from './join-bodies.ts';

const startMs = 1_700_000_000_000;
const gridMs = 5000;
const scrapeMs = 1000;
const targets = [0, 1, 2, 3];

/** When in each second a replica scrapes each target. */
const phases = fc.tuple(...targets.map(() => fc.nat(scrapeMs - 1)));
const scenario = fc.record({
  phasesMs: fc.tuple(phases, phases),
  /** From when on the leader answers no more. */
  diesMs: fc.integer({ min: 10_000, max: 20_000 }),
  readMs: fc.nat(scrapeMs - 1),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** The points of the grid that a replica has of each target: as of the last scrape. */
function pointsAt(one: Scenario, index: 0 | 1, nowMs: number): number[] {
  return one.phasesMs[index].map((phaseMs) => {
    const scrapedMs = Math.floor((nowMs - phaseMs) / scrapeMs) * scrapeMs + phaseMs;
    return Math.floor(scrapedMs / gridMs) * gridMs;
  });
}

function bodyOf(points: readonly number[], index: 0 | 1): string {
  const lines = points.map((pointMs, i) => line('g', `a="${i}"`, `1 ${pointMs}`)('ab'[index]!));
  return type('g', 'gauge')() + lines.join('');
}

it('a change of leader costs no target a point of a grid that all targets of a family count by', () => {
  fc.assert(
    fc.property(scenario, (one) => {
      const state = createShardState(shardOf(2), deduplication, lookbackDeltaMs);
      for (let atMs = one.readMs; atMs < 30_000; atMs += scrapeMs) {
        const nowMs = startMs + atMs;
        const view = state.view(nowMs);
        const bodies = ([0, 1] as const).map((i): Body => {
          return { text: bodyOf(pointsAt(one, i, nowMs), i), part: i === 0 && atMs >= one.diesMs ? 0 : 1 };
        });
        const fed = new Fed({ ...view, replicas: [replica('a'), replica('b')] });
        state.finish(view, outcomeOf(join(fed, bodies)), nowMs);
        const given = new Map(
          [...fed.text.matchAll(/a="(\d)".* 1 (\d+)$/gm)].map(([, target, ms]) => [Number(target), Number(ms)]),
        );
        const had = pointsAt(one, atMs >= one.diesMs ? 1 : 0, nowMs);
        // What is not given again was given before: by then at the latest the new leader has scraped the point.
        for (const [target, pointMs] of had.entries()) {
          if (nowMs - pointMs < 2 * scrapeMs) continue;
          expect(given.get(target), `target ${target} at ${atMs}`).toBe(pointMs);
        }
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);
