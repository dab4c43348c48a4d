import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createShardState } from '../../../src/topology/shard-state.ts';
import { Fed, line, replica, type } from '../../unit/federate/join/shard-fixture.ts';
import { deduplication, lookbackDeltaMs, shardOf } from '../../unit/topology/outcomes.ts';
import { type Body, join, outcomeOf } from './join-bodies.ts';

const startMs = 1_700_000_000_000;
const scrapeMs = 1000;
const targets = [0, 1, 2, 3];

/** When in each second a replica scrapes each target. */
const phases = fc.tuple(...targets.map(() => fc.nat(scrapeMs - 1)));
const scenario = fc.record({
  phasesMs: fc.tuple(phases, phases),
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
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function samplesAt(one: Scenario, index: 0 | 1, nowMs: number): number[] {
  return one.phasesMs[index].map((phaseMs) => Math.floor((nowMs - phaseMs) / scrapeMs) * scrapeMs + phaseMs);
}

function bodyOf(samples: readonly number[], index: 0 | 1): string {
  return type('c', 'counter')() + samples.map((ms, i) => line('c', `a="${i}"`, `1 ${ms}`)('ab'[index]!)).join('');
}

const givenIn = (text: string): Map<number, number> =>
  new Map([...text.matchAll(/a="(\d)".* 1 (\d+)$/gm)].map(([, target, ms]) => [Number(target), Number(ms)]));

it('after a change of leader only what is older than something that the old leader gave is held back', () => {
  fc.assert(
    fc.property(scenario, (one) => {
      const state = createShardState(shardOf(2), deduplication, lookbackDeltaMs);
      let nowMs = startMs;
      let newestOfDeadMs = -Infinity;
      for (const [i, { passesMs, together }] of one.requests.entries()) {
        nowMs += passesMs;
        const [ofLeader, ofSibling] = [samplesAt(one, 0, nowMs), samplesAt(one, 1, nowMs)];
        const part = i < one.dies ? 1 : i === one.dies ? one.part : 0;
        const bodies: Body[] = [
          { text: bodyOf(ofLeader, 0), part },
          { text: bodyOf(ofSibling, 1), part: 1 },
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
