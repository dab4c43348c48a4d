import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LeaderChange } from '../../../src/topology/shard-memory.ts';
import { createShardState } from '../../../src/topology/shard-state.ts';
import type { ReplicaOutcome, ShardOutcome, ShardView } from '../../../src/topology/shard-view.ts';
import { deduplication, lookbackDeltaMs, replicaOutcome, shardOf, shardOutcome } from '../../unit/topology/outcomes.ts';

const { leaderPatienceMs } = deduplication;
const startMs = 1_700_000_000_000;

/** How one replica looks in one request; ages of samples are against the moment of the request. */
const look = fc.record({
  dies: fc.boolean(),
  total: fc.oneof(fc.constantFrom(1, 5), fc.integer({ min: 900, max: 1100 })),
  missingShare: fc.oneof(fc.constantFrom(0, 0.05, 0.11, 0.3, 0.95, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  ageMs: fc.oneof(fc.constantFrom(0, 59_000, 61_000, 300_000, -600_000), fc.integer({ min: 0, max: 120_000 })),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

const requests = (replicas: number) =>
  fc.array(
    fc.record({
      passesMs: fc.integer({ min: 0, max: 60_000 }),
      looks: fc.array(look, { minLength: replicas, maxLength: replicas }),
      overflow: fc.boolean(),
    }),
    { minLength: 1, maxLength: 150 },
  );

function outcomeOf(looks: readonly Look[], nowMs: number, view: ShardView, withDeaths: boolean): ShardOutcome {
  const { leader, succession } = view;
  const replicas = looks.map(({ dies, total, missingShare, ageMs }): Partial<ReplicaOutcome> => {
    if (dies && withDeaths) return { result: 'failed', series: 0 };
    const missing = Math.floor(total * missingShare);
    return { series: total - missing, missing, newestSampleMs: nowMs - ageMs };
  });
  const newLeader = [leader, ...succession].find((index) => replicas[index]!.result === undefined);
  if (newLeader === undefined) return shardOutcome(replicas, { status: 'failed', leader, newestGivenMs: -Infinity });
  return shardOutcome(replicas, { leader: newLeader, newestGivenMs: nowMs });
}

interface Made {
  readonly change: LeaderChange;
  readonly atMs: number;
}

function run(steps: readonly { passesMs: number; looks: readonly Look[]; overflow: boolean }[], withDeaths: boolean) {
  const state = createShardState(shardOf(steps[0]!.looks.length), deduplication, lookbackDeltaMs);
  const made: Made[] = [];
  const leaders: number[] = [];
  const successions: (readonly number[])[] = [];
  let nowMs = startMs;
  for (const { passesMs, looks, overflow } of steps) {
    nowMs += passesMs;
    const view = state.view(nowMs);
    const outcome = outcomeOf(looks, nowMs, view, withDeaths);
    const change = state.finish(view, { ...outcome, filledOverflow: overflow }, nowMs);
    if (change !== undefined && change.from !== change.to) made.push({ change, atMs: nowMs });
    leaders.push(state.leader());
    successions.push(state.view(nowMs).succession);
    if (withDeaths && outcome.status === 'complete') {
      // A dead leader is replaced at once by one that lives.
      expect(outcome.replicas[state.leader()]!.result).toBe('complete');
    }
  }
  return { made, leaders, successions };
}

it('never changes the leader more than once within the patience but for its death', () => {
  fc.assert(
    fc.property(requests(2), fc.boolean(), (steps, withDeaths) => {
      const soft = run(steps, withDeaths).made.filter(({ change }) => change.reason !== 'failed');
      for (const [i, { atMs }] of soft.entries()) {
        if (i > 0) expect(atMs - soft[i - 1]!.atMs).toBeGreaterThanOrEqual(leaderPatienceMs);
      }
    }),
    { numRuns: 500 },
  );
});

it('changes ever more rarely, whatever the replicas look like', () => {
  const hour = fc.array(fc.array(look, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(hour, (pattern) => {
      // What repeats for eight hours, every 15 s.
      const steps = Array.from({ length: 1920 }, (_, i) => ({
        passesMs: 15_000,
        looks: pattern[Math.floor(i / 16) % pattern.length]!,
        overflow: false,
      }));
      expect(run(steps, false).made.length).toBeLessThanOrEqual(24);
    }),
    { numRuns: 20 },
  );
});

it('decides the same in two gateways that see the same', () => {
  fc.assert(
    fc.property(requests(3), fc.boolean(), (steps, withDeaths) => {
      expect(run(steps, withDeaths)).toEqual(run(steps, withDeaths));
    }),
    { numRuns: 100 },
  );
});

it('agrees in two gateways of which one was started later, once replicas differ for good', () => {
  fc.assert(
    fc.property(requests(2), fc.constantFrom(0, 1), (steps, bad) => {
      const looks = [0, 1].map((replica) => ({
        dies: false,
        total: 1000,
        missingShare: replica === bad ? 0.5 : 0,
        ageMs: replica === bad ? 300_000 : 0,
      }));
      const settled = Array.from({ length: 2000 }, () => ({ passesMs: 15_000, looks, overflow: false }));
      expect(run([...steps, ...settled], false).leaders.at(-1)).toBe(1 - bad);
      expect(run(settled, false).leaders.at(-1)).toBe(1 - bad);
    }),
    { numRuns: 30 },
  );
});

it('is followed by all other replicas of the shard, those that failed last', () => {
  fc.assert(
    fc.property(requests(4), (steps) => {
      const { leaders, successions } = run(steps, true);
      for (const [i, { looks }] of steps.entries()) {
        const succession = successions[i]!;
        expect(new Set([leaders[i]!, ...succession])).toEqual(new Set([0, 1, 2, 3]));
        expect(succession).toHaveLength(3);
        const dead = succession.map((replica) => looks[replica]!.dies);
        expect(dead.lastIndexOf(false)).toBeLessThan(dead.includes(true) ? dead.indexOf(true) : 4);
      }
    }),
    { numRuns: 100 },
  );
});

it('leads by a replica of the shard', () => {
  fc.assert(
    fc.property(requests(3), (steps) => {
      for (const leader of run(steps, true).leaders) expect([0, 1, 2]).toContain(leader);
      expect(replicaOutcome().result).toBe('complete');
    }),
    { numRuns: 50 },
  );
});
