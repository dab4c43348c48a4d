import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShardState } from '../../../src/topology/shard-state.ts';
import { Fed, replica } from '../../unit/federate/join/shard-fixture.ts';
import { deduplication, lookbackDeltaMs, shardOf } from '../../unit/topology/outcomes.ts';
import { type Body, join, outcomeOf } from './join-bodies.ts';
import { familyOf, givenIn, lastScrapes, phasesMs, startMs, targets } from './scraped-targets.ts';

const scenario = fc.record({
  phasesMs,
  /** Requests that begin at one time, and end in their order before the next ones begin; what passes between. */
  requests: fc.array(
    fc.record({ passesMs: fc.integer({ min: 1, max: 1200 }), together: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 2,
      maxLength: 12,
    },
  ),
  /** In which of them the leader dies, and after which part of its body. */
  dies: fc.nat(5),
  part: fc.constantFrom(0, 0, 0.3, 0.6, 0.9),
});

it('after a change of leader only what is older than something that the old leader gave is held back', () => {
  fc.assert(
    fc.property(scenario, (one) => {
      const state = createShardState(shardOf(2), deduplication, lookbackDeltaMs);
      let nowMs = startMs;
      let newestOfDeadMs = -Infinity;
      for (const [i, { passesMs, together }] of one.requests.entries()) {
        nowMs += passesMs;
        const [ofLeader, ofSibling] = [lastScrapes(one.phasesMs[0], nowMs), lastScrapes(one.phasesMs[1], nowMs)];
        const part = i < one.dies ? 1 : i === one.dies ? one.part : 0;
        const bodies: Body[] = [
          { text: familyOf(ofLeader, 'a'), part },
          { text: familyOf(ofSibling, 'b'), part: 1 },
        ];
        const views = Array.from({ length: together }, () => state.view(nowMs));
        const mayBeHeldBackMs = newestOfDeadMs;
        for (const view of views) {
          const fed = new Fed({ ...view, replicas: [replica('a'), replica('b')] });
          const summary = join(fed, bodies);
          const given = givenIn(fed.text);
          for (const target of targets) {
            const ownMs = given.get(target);
            if (ownMs !== undefined && ownMs === ofLeader[target]) newestOfDeadMs = Math.max(newestOfDeadMs, ownMs);
            if (i > one.dies && ofSibling[target]! > mayBeHeldBackMs) expect(ownMs).toBe(ofSibling[target]);
          }
          state.finish(view, outcomeOf(summary), nowMs);
        }
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);
