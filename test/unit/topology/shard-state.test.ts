import { describe, expect, it } from 'vitest';

import { createShardState, type ShardState } from '../../../src/topology/shard-state.ts';
import { deduplication, entriesOf, lookbackDeltaMs, shardOf, shardOutcome, tableOf } from './outcomes.ts';

const nowMs = 1_000_100;
const create = (replicas = 2): ShardState => createShardState(shardOf(replicas), deduplication, lookbackDeltaMs);
const leaderDied = shardOutcome([{ result: 'failed' }, {}], { leader: 1 });

describe('the state of a shard', () => {
  it('begins with the first replica and nothing given out', () => {
    const view = create().view(0);
    expect(view).toMatchObject({
      epoch: 0,
      leader: 0,
      watermarkMs: -Infinity,
      newestGivenMs: -Infinity,
      hedgeDelayMs: 250,
      replicas: [
        { order: 'unknown', externalLabels: undefined, askExternalLabels: true },
        { order: 'unknown', externalLabels: undefined, askExternalLabels: true },
      ],
    });
    expect(structuredClone(view)).toEqual(view);
  });

  it('changes nothing after a good request but what was given out and learned', () => {
    const state = create();
    const outcome = shardOutcome([{ externalLabels: { replica: 'a' }, firstByteMs: 900 }, { order: 'unsorted' }]);
    expect(state.finish(state.view(nowMs), outcome, nowMs)).toBeUndefined();
    expect(state.view(nowMs)).toMatchObject({
      epoch: 0,
      leader: 0,
      watermarkMs: -Infinity,
      newestGivenMs: 1_000_000,
      hedgeDelayMs: 900,
      replicas: [
        { order: 'sorted', externalLabels: { replica: 'a' }, askExternalLabels: false },
        { order: 'unsorted', externalLabels: undefined, askExternalLabels: false },
      ],
    });
  });

  it('freezes what was given out when the leader changes, and keeps the new leader', () => {
    const state = create();
    const view = state.view(nowMs);
    expect(state.finish(view, leaderDied, nowMs)).toEqual({ from: 'prom-0:9090', to: 'prom-1:9090', reason: 'failed' });
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 1, watermarkMs: 1_000_000 });
    // The old leader is back, and gives newer samples: sticky, and still frozen.
    state.finish(state.view(nowMs), shardOutcome([{}, {}], { leader: 1, newestGivenMs: 1_015_000 }), nowMs + 15_000);
    expect(state.view(nowMs + 15_000)).toMatchObject({ leader: 1, watermarkMs: 1_000_000, newestGivenMs: 1_015_000 });
    expect(state.view(1_300_000)).toMatchObject({ watermarkMs: 1_000_000 });
    expect(state.view(1_300_001)).toMatchObject({ watermarkMs: -Infinity, leader: 1 });
  });

  it('does not let an older request undo a newer change', () => {
    const state = create();
    const first = state.view(nowMs);
    const second = state.view(nowMs);
    const third = state.view(nowMs);
    state.finish(first, leaderDied, nowMs);
    // Both began with replica 0 as leader; one even saw replica 1 die.
    expect(
      state.finish(second, shardOutcome([{}, { result: 'failed' }], { newestGivenMs: 1_000_050 }), nowMs),
    ).toBeUndefined();
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 1, watermarkMs: 1_000_050 });
    expect(state.finish(third, leaderDied, nowMs)).toBeUndefined();
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 1, watermarkMs: 1_000_050 });
  });

  it('does not hold the faults of a former leader against the new one', () => {
    const state = create();
    const lagging = (leader: number) =>
      shardOutcome(
        [{ newestSampleMs: leader === 0 ? 0 : 1_000_000 }, { newestSampleMs: leader === 1 ? 0 : 1_000_000 }],
        {
          leader,
        },
      );
    state.finish(state.view(nowMs), lagging(0), nowMs);
    state.finish(state.view(nowMs), leaderDied, nowMs + 60_000);
    expect(state.finish(state.view(nowMs), lagging(1), nowMs + 120_000)).toBeUndefined();
  });

  it('keeps filled series of the same leader, and drops them with it', () => {
    const state = create();
    const filling = shardOutcome([{}, {}], { filled: tableOf([1, 1, 999_000], [2, 2, 999_500]) });
    state.finish(state.view(nowMs), filling, nowMs);
    state.finish(state.view(nowMs), shardOutcome([{}, {}], { passed: tableOf([1, 1, 999_900]) }), nowMs);
    expect(entriesOf(state.view(nowMs).filled)).toEqual([[2, 2, 999_500]]);
    expect(state.describe(nowMs).filledSeries).toBe(1);
    state.finish(state.view(nowMs), leaderDied, nowMs);
    expect(entriesOf(state.view(nowMs).filled)).toEqual([]);
  });

  it('freezes the past under the same leader when several requests fill too many series', () => {
    const state = create();
    const views = [state.view(nowMs), state.view(nowMs)];
    const filled = (from: number) => tableOf([from, 0, 999_000], [from + 1, 0, 999_000], [from + 2, 0, 999_000]);
    expect(state.finish(views[0]!, shardOutcome([{}, {}], { filled: filled(0) }), nowMs)).toBeUndefined();
    expect(state.finish(views[1]!, shardOutcome([{}, {}], { filled: filled(10) }), nowMs)).toEqual({
      from: 'prom-0:9090',
      to: 'prom-0:9090',
      reason: 'overflow',
    });
    expect(state.view(nowMs)).toMatchObject({ leader: 0, watermarkMs: 1_000_000, epoch: 1 });
    expect(state.describe(nowMs).filledSeries).toBe(0);
  });

  it('gives out copies', () => {
    const state = create();
    state.finish(state.view(nowMs), shardOutcome([{}, {}], { filled: tableOf([1, 1, 999_000]) }), nowMs);
    state.view(nowMs).filled.timestampsMs.fill(0);
    expect(entriesOf(state.view(nowMs).filled)).toEqual([[1, 1, 999_000]]);
  });

  it('describes itself', () => {
    const state = create();
    expect(state.describe(nowMs)).toMatchObject({ shard: 'slave-0', leader: 'prom-0:9090', answered: false });
    state.finish(
      state.view(nowMs),
      shardOutcome([{ result: 'failed' }, { result: 'failed' }], { status: 'failed', newestGivenMs: -Infinity }),
      nowMs,
    );
    expect(state.describe(nowMs)).toMatchObject({ leader: 'prom-0:9090', epoch: 0, answered: false });
    state.finish(state.view(nowMs), leaderDied, nowMs);
    expect(state.describe(nowMs)).toMatchObject({
      leader: 'prom-1:9090',
      epoch: 1,
      watermarkMs: 1_000_000,
      newestGivenMs: 1_000_000,
      hedgeDelayMs: 250,
      answered: true,
      replicas: [
        { name: 'prom-0:9090', lastResult: 'failed' },
        { name: 'prom-1:9090', lastResult: 'complete' },
      ],
    });
  });
});
