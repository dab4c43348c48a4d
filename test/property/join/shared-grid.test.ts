import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShardState } from '../../../src/topology/shard-state.ts';
import { Fed, replica } from '../../unit/federate/join/shard-fixture.ts';
import { deduplication, lookbackDeltaMs, shardOf } from '../../unit/topology/outcomes.ts';
import { type Body, join, outcomeOf } from './join-bodies.ts';
import { familyOf, givenIn, lastScrapes, phasesMs, scrapeMs, startMs } from './scraped-targets.ts';

const gridMs = 5000;

const scenario = fc.record({
  phasesMs,
  /** From when on the leader answers no more. */
  diesMs: fc.integer({ min: 10_000, max: 20_000 }),
  readMs: fc.nat(scrapeMs - 1),
});

/** The points of the grid that a replica has of each target: as of the last scrape. */
function pointsAt(ofReplicaMs: readonly number[], nowMs: number): number[] {
  return lastScrapes(ofReplicaMs, nowMs).map((scrapedMs) => Math.floor(scrapedMs / gridMs) * gridMs);
}

it('a change of leader costs no target a point of a grid that all targets of a family count by', () => {
  fc.assert(
    fc.property(scenario, (one) => {
      const state = createShardState(shardOf(2), deduplication, lookbackDeltaMs);
      for (let atMs = one.readMs; atMs < 30_000; atMs += scrapeMs) {
        const nowMs = startMs + atMs;
        const view = state.view(nowMs);
        const [ofLeader, ofSibling] = [pointsAt(one.phasesMs[0], nowMs), pointsAt(one.phasesMs[1], nowMs)];
        const isDead = atMs >= one.diesMs;
        const bodies: Body[] = [
          { text: familyOf(ofLeader, 'a'), part: isDead ? 0 : 1 },
          { text: familyOf(ofSibling, 'b'), part: 1 },
        ];
        const fed = new Fed({ ...view, replicas: [replica('a'), replica('b')] });
        state.finish(view, outcomeOf(join(fed, bodies)), nowMs);
        const given = givenIn(fed.text);
        // By then every replica that lives has scraped the point.
        for (const [target, pointMs] of (isDead ? ofSibling : ofLeader).entries()) {
          if (nowMs - pointMs < 2 * scrapeMs) continue;
          expect(given.get(target), `target ${target} at ${atMs}`).toBe(pointMs);
        }
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);
