import { describe, expect, it } from 'vitest';

import type { ShardConfig } from '../../../src/config/config.ts';
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

  it('freezes nothing that the new leader gave itself, in the response in which it took over or in one of the same time', () => {
    const state = create();
    const [first, second] = [state.view(nowMs), state.view(nowMs)];
    const tookOver = (beforeMs: number, newestGivenMs: number) =>
      shardOutcome([{ result: 'failed' }, {}], {
        leader: 1,
        newestGivenMs,
        givenBefore: { newestGivenMs: beforeMs, families: tableOf(), ahead: tableOf() },
        filled: tableOf([newestGivenMs, 0, 900_000]),
      });
    state.finish(first, tookOver(980_000, 1_000_000), nowMs);
    expect(state.view(nowMs)).toMatchObject({ leader: 1, watermarkMs: 980_000, newestGivenMs: 1_000_000 });
    state.finish(second, tookOver(990_000, 1_000_050), nowMs);
    expect(state.view(nowMs)).toMatchObject({ leader: 1, watermarkMs: 990_000, newestGivenMs: 1_000_050 });
    // What followers gave under it goes on to count.
    expect(entriesOf(state.view(nowMs).filled).map(([low]) => low)).toEqual([1_000_000, 1_000_050]);
  });

  it('freezes all where the table of filled series has no room after a change of leader', () => {
    const state = create();
    const over = { ...leaderDied, givenBefore: { ...leaderDied, newestGivenMs: 980_000 }, filledOverflow: true };
    expect(state.finish(state.view(nowMs), over, nowMs)).toMatchObject({ reason: 'failed' });
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 1, watermarkMs: 1_000_000 });
  });

  it('does not fall behind a sample ahead of the clock of a sibling that took over in mid-stream and failed as well', () => {
    const state = create();
    const ahead = tableOf([1, 2, 1_600_000]);
    const both = { leader: 1, status: 'failed', newestGivenMs: -Infinity, ahead } as const;
    const bothDied = shardOutcome([{ result: 'failed' }, { result: 'failed' }], both);
    expect(state.finish(state.view(nowMs), bothDied, nowMs)).toMatchObject({ to: 'prom-1:9090', reason: 'failed' });
    expect(entriesOf(state.view(nowMs).frozenAhead)).toEqual([[1, 2, 1_600_000]]);
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

  it('is followed by the healthiest, freshest and fullest of the others', () => {
    const state = create(5);
    expect(state.view(nowMs)).toMatchObject({ leader: 0, succession: [1, 2, 3, 4] });
    const standing = shardOutcome([{}, { result: 'failed' }, { newestSampleMs: 1 }, { series: 500, missing: 500 }, {}]);
    state.finish(state.view(nowMs), standing, nowMs);
    expect(state.view(nowMs).succession).toEqual([4, 3, 2, 1]);
    const narrow = shardOutcome([1, 2, 3, 4, 5].map(() => ({ series: 3 })));
    state.finish(state.view(nowMs), narrow, nowMs + 1);
    // It answers again; that three series say nothing about lag.
    expect(state.view(nowMs).succession).toEqual([4, 1, 3, 2]);
  });

  it('remembers what a read of a single replica gave, by what was asked for', () => {
    const state = create();
    const families = { keys: Float64Array.of(1), series: Uint32Array.of(100) };
    const [x, y] = ['x', 'y'].map((selection) => ({ selection, isSingle: true }));
    state.finish(state.view(nowMs, x), shardOutcome([{}, {}], { counted: { families, isShort: false } }), nowMs);
    expect(state.view(nowMs, x).expected).toEqual({ families });
    expect(state.view(nowMs, y).expected).toEqual({ families: undefined });
    expect(state.view(nowMs).expected).toBeUndefined();
  });

  it('remembers how long each replica’s whole answers were, by what was asked for', () => {
    const state = create();
    const [x, y] = ['x', 'y'].map((selection) => ({ selection, isSingle: false }));
    const usual = (request: typeof x): number[] =>
      state.view(nowMs, request).replicas.map(({ usualBytes }) => usualBytes);
    state.finish(state.view(nowMs, x), shardOutcome([{ bytes: 500 }, { bytes: 700, result: 'dropped' }]), nowMs);
    expect([usual(x), usual(y)]).toEqual([
      [500, Infinity],
      [Infinity, Infinity],
    ]);
    state.finish(state.view(nowMs, x), shardOutcome([{ bytes: 600 }, { bytes: 800 }]), nowMs);
    expect(usual(x)).toEqual([600, 800]);
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

describe('the state of a shard in the next configuration', () => {
  const named = (...replicas: readonly number[]): ShardConfig => ({
    ...shardOf(0),
    replicas: replicas.map((i) => ({ name: `prom-${i}:9090`, url: `http://prom-${i}:9090` })),
  });
  const next = (state: ShardState, shard: ShardConfig): ReturnType<ShardState['continueAs']> =>
    state.continueAs(shard, deduplication, lookbackDeltaMs);

  it('knows replicas by name and not by place', () => {
    const before = create();
    before.finish(before.view(nowMs), leaderDied, nowMs);
    before.finish(
      before.view(nowMs),
      shardOutcome([{ order: 'unsorted', firstByteMs: 900 }, { externalLabels: { replica: 'b' } }], {
        leader: 1,
        filled: tableOf([1, 1, 1_000_050]),
      }),
      nowMs,
    );
    const { state, change } = next(before, named(7, 1, 0));
    expect(change).toBeUndefined();
    const view = state.view(nowMs);
    expect(view).toMatchObject({
      epoch: 1,
      leader: 1,
      watermarkMs: 1_000_000,
      newestGivenMs: 1_000_000,
      hedgeDelayMs: 900,
      replicas: [
        { order: 'unknown', askExternalLabels: true },
        { order: 'sorted', externalLabels: { replica: 'b' } },
        { order: 'unsorted' },
      ],
    });
    expect(entriesOf(view.filled)).toEqual([[1, 1, 1_000_050]]);
    expect(state.describe(nowMs)).toMatchObject({ leader: 'prom-1:9090', answered: true });
  });

  it('freezes what was given out when the leader is gone, and prefers who answers', () => {
    const before = create(3);
    before.finish(before.view(nowMs), shardOutcome([{}, { result: 'failed' }, {}]), nowMs);
    const { state, change } = next(before, named(5, 1, 2));
    expect(change).toEqual({ from: 'prom-0:9090', to: 'prom-2:9090', reason: 'removed' });
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 2, watermarkMs: 1_000_000 });
  });

  it('prefers who was never asked to who failed, when the leader is gone', () => {
    const before = create(2);
    before.finish(before.view(nowMs), shardOutcome([{}, { result: 'failed' }]), nowMs);
    const { state } = next(before, named(1, 5));
    expect(state.view(nowMs)).toMatchObject({ leader: 1, succession: [0] });
  });

  it('takes a replica under another URL for another one', () => {
    const before = create();
    before.finish(before.view(nowMs), shardOutcome([{}, {}]), nowMs);
    const moved = { ...named(0, 1), replicas: [{ name: 'prom-0:9090', url: 'https://prom-0:9090' }] };
    expect(next(before, moved).change).toEqual({ from: 'prom-0:9090', to: 'prom-0:9090', reason: 'removed' });
  });

  it('takes in what a request of the old configuration observed', () => {
    const before = create();
    const view = before.view(nowMs);
    const { state } = next(before, named(1, 0));
    expect(before.finish(view, leaderDied, nowMs)).toMatchObject({ from: 'prom-0:9090', to: 'prom-1:9090' });
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 0, watermarkMs: 1_000_000 });
  });

  it('does not go back behind what a request gave out whose leader is gone', () => {
    const before = create();
    const view = before.view(nowMs);
    const { state } = next(before, named(1));
    before.finish(view, shardOutcome([{}, {}], { newestGivenMs: 1_000_070 }), nowMs);
    expect(state.view(nowMs)).toMatchObject({ leader: 0, watermarkMs: 1_000_070 });
  });

  it('freezes instead of electing a replica that is gone', () => {
    const before = create();
    const view = before.view(nowMs);
    const { state } = next(before, named(0));
    expect(before.finish(view, leaderDied, nowMs)).toEqual({
      from: 'prom-0:9090',
      to: 'prom-0:9090',
      reason: 'failed',
    });
    expect(state.view(nowMs)).toMatchObject({ epoch: 1, leader: 0, watermarkMs: 1_000_000 });
  });

  it('lets a late request of the old configuration give only what is newer, where its leader is another one now', () => {
    const before = create();
    before.finish(before.view(nowMs), shardOutcome([{}, {}]), nowMs);
    const { state } = next(before, named(8));
    const late = before.view(nowMs);
    expect(late).toMatchObject({ leader: 0, watermarkMs: 1_000_000, newestGivenMs: 1_000_000 });
    expect(before.finish(late, shardOutcome([{}, {}], { newestGivenMs: 1_000_010 }), nowMs)).toBeUndefined();
    expect(state.view(nowMs)).toMatchObject({ leader: 0, epoch: 1, watermarkMs: 1_000_010 });
  });

  it('outlives a time without any replica', () => {
    const before = create();
    before.finish(before.view(nowMs), leaderDied, nowMs);
    const empty = next(before, named());
    expect([empty.change, empty.state.leader(), empty.state.view(nowMs).replicas]).toEqual([undefined, 0, []]);
    const { state, change } = next(empty.state, named(0, 1));
    expect([change, state.leader()]).toEqual([undefined, 1]);
  });

  it('takes the settings of the new configuration', () => {
    const before = create();
    const settings = { ...deduplication, minHedgeDelayMs: 500, maxFilledSeries: 1 };
    const { state } = before.continueAs(shardOf(2), settings, 1000);
    expect(state.view(nowMs).hedgeDelayMs).toBe(500);
    const filled = tableOf([1, 1, 1_000_000], [2, 2, 1_000_000]);
    expect(state.finish(state.view(nowMs), shardOutcome([{}, {}], { filled }), nowMs)?.reason).toBe('overflow');
    expect(state.view(1_001_001)).toMatchObject({ watermarkMs: -Infinity });
  });

  it('lets a complaint about the leader go on', () => {
    const before = create();
    const lagging = shardOutcome([{ newestSampleMs: 900_000 }, {}]);
    before.finish(before.view(nowMs), lagging, nowMs);
    const { state } = next(before, named(0, 1));
    const later = nowMs + deduplication.leaderPatienceMs;
    // What was seen once is no evidence a second time.
    const still = shardOutcome([{ newestSampleMs: 900_000 }, { newestSampleMs: 1_000_001 }]);
    expect(state.finish(state.view(later), still, later)).toMatchObject({ reason: 'lagging' });
  });
});
