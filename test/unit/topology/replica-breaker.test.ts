import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReplicaBreaker, type ReplicaBreaker } from '../../../src/topology/replica-breaker.ts';

const config = { failures: 3, minDelayMs: 1000, maxDelayMs: 15_000 };

/** Lets what the breaker decides in promises happen. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function fail(breaker: ReplicaBreaker, times = 1, retryAfterMs?: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    breaker.admit()!.failed(retryAfterMs);
    await settle();
  }
}

describe('the circuit breaker of a replica', () => {
  let breaker: ReplicaBreaker;
  beforeEach(() => {
    vi.useFakeTimers();
    breaker = createReplicaBreaker(config);
  });
  afterEach(() => vi.useRealTimers());

  it('lets everything through until so many reads fail one after the other', async () => {
    await fail(breaker, 2);
    breaker.admit()!.succeeded();
    await settle();
    await fail(breaker, 2);
    expect(breaker.isOpen()).toBe(false);
    await fail(breaker);
    expect(breaker.isOpen()).toBe(true);
    expect(breaker.admit()).toBeUndefined();
  });

  it('is not moved by reads that say nothing', async () => {
    await fail(breaker, 2);
    for (let i = 0; i < 10; i++) breaker.admit()!.unused();
    await settle();
    await fail(breaker);
    expect(breaker.isOpen()).toBe(true);
  });

  it('lets one try after a while, and all when that succeeds', async () => {
    await fail(breaker, 3);
    await vi.advanceTimersByTimeAsync(999);
    expect(breaker.admit()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    const probe = breaker.admit()!;
    expect(probe).toBeDefined();
    expect(breaker.admit()).toBeUndefined();
    probe.succeeded();
    await settle();
    expect(breaker.isOpen()).toBe(false);
    expect(breaker.admit()).toBeDefined();
  });

  it('waits twice as long after each try that fails, up to a bound', async () => {
    await fail(breaker, 3);
    for (const delayMs of [1000, 2000, 4000, 8000, 15_000, 15_000]) {
      await vi.advanceTimersByTimeAsync(delayMs - 1);
      expect(breaker.admit(), `before ${delayMs}`).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await fail(breaker);
    }
  });

  it('waits as long as the server asks, a minute at most', async () => {
    await fail(breaker, 1, 20_000);
    expect(breaker.isOpen()).toBe(true);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(breaker.admit()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await fail(breaker, 1, 3_600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(breaker.admit()).toBeDefined();
  });

  it('does not count for others for ever when nobody tries', async () => {
    await fail(breaker, 3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(breaker.isOpen()).toBe(false);
  });

  it('can be turned off', async () => {
    const off = createReplicaBreaker({ ...config, failures: 0 });
    await fail(off, 10);
    expect(off.isOpen()).toBe(false);
    expect(off.admit()).toBeDefined();
  });
});
