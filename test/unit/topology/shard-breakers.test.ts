import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createShardBreakers, type ShardBreakers } from '../../../src/topology/shard-breakers.ts';
import type { ReplicaOutcome } from '../../../src/topology/shard-view.ts';

const outcome = (result: ReplicaOutcome['result'], error?: ReplicaOutcome['error']): ReplicaOutcome => ({
  result,
  ...(error !== undefined && { error }),
  series: 0,
  missing: 0,
  newestSampleMs: -Infinity,
  bytes: 0,
  wireBytes: 0,
  firstByteMs: Number.NaN,
  durationMs: Number.NaN,
  order: 'unknown',
  clockSkewMs: Number.NaN,
});
const good = outcome('complete');
const refused = outcome('failed', { code: 'PG_UPSTREAM_CONNECT', message: 'refused', details: {} });
const busy = outcome('failed', { code: 'PG_UPSTREAM_STATUS', message: '503', details: { retryAfterMs: 5000 } });
const slow = outcome('dropped', { code: 'PG_UPSTREAM_SLOW', message: 'slow', details: {} });
const given = outcome('failed', { code: 'PG_CLIENT_GONE', message: 'gone', details: {} });

describe('the circuit breakers of a shard', () => {
  let breakers: ShardBreakers;
  beforeEach(() => {
    vi.useFakeTimers();
    breakers = createShardBreakers(['a', 'b', 'c'], { failures: 2, minDelayMs: 1000, maxDelayMs: 4000 });
  });
  afterEach(() => vi.useRealTimers());

  async function read(outcomes: readonly ReplicaOutcome[] | undefined, leader = 0): Promise<readonly number[]> {
    const admission = breakers.admit(leader);
    admission.settle(outcomes);
    await vi.advanceTimersByTimeAsync(0);
    return admission.avoided;
  }

  it('avoids a follower that fails or is too slow again and again', async () => {
    await read([good, refused, slow]);
    await read([good, refused, slow]);
    expect(await read([good, outcome('unused'), outcome('unused')])).toEqual([1, 2]);
    expect(breakers.avoided()).toEqual([1, 2]);
  });

  it('never avoids the leader in a read', async () => {
    await read([refused, good, good]);
    await read([refused, good, good]);
    expect(await read([good, good, good])).toEqual([]);
    expect(await read([good, good, good], 1)).toEqual([0]);
  });

  it('never avoids all of them', async () => {
    await read([refused, refused, refused]);
    await read([refused, refused, refused]);
    expect(breakers.avoided()).toEqual([]);
  });

  it('does not blame a replica for what we or the client ended', async () => {
    for (let i = 0; i < 5; i++) await read([good, given, given]);
    for (let i = 0; i < 5; i++) await read(undefined);
    expect(await read([good, good, good])).toEqual([]);
  });

  it('leaves a replica alone for as long as it asks', async () => {
    await read([good, busy, good]);
    expect(await read([good, outcome('unused'), good])).toEqual([1]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await read([good, good, good])).toEqual([]);
  });

  it('counts failures of other reads', async () => {
    breakers.failed(2);
    await vi.advanceTimersByTimeAsync(0);
    breakers.failed(2);
    await vi.advanceTimersByTimeAsync(0);
    breakers.failed(-1);
    expect(breakers.avoided()).toEqual([2]);
  });
});
