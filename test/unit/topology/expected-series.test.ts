import { describe, expect, it } from 'vitest';
import { createExpectedSeries } from '../../../src/topology/expected-series.ts';
import type { FamilySeries } from '../../../src/topology/family-series.ts';
import { lookbackDeltaMs, shardOutcome } from './outcomes.ts';

const families = (...series: number[]): FamilySeries => ({
  keys: Float64Array.from(series.keys()),
  series: Uint32Array.from(series),
});

/** What a read gave; `complete`: how many replicas were read. */
function read(series: readonly number[], { isShort = false, complete = 1, status = 'complete' as const } = {}) {
  const replicas = [{}, ...(complete > 1 ? [{}] : [{ result: 'failed' as const }])];
  return { ...shardOutcome(replicas, { status }), counted: { families: families(...series), isShort } };
}

describe('the series that are expected of a shard', () => {
  it('are those of the last read of the same selection', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    expect(expected.view('x', 0)).toEqual({ families: undefined });
    expected.observe('x', read([1, 2]), 0);
    expected.observe('y', read([3]), 0);
    expected.observe('x', read([2, 2]), 1);
    expect(expected.view('x', 2)).toEqual({ families: families(2, 2) });
  });

  it('become fewer only where a sibling has shown that there are no more', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    expected.observe('x', read([100]), 0);
    expected.observe('x', read([1], { isShort: true }), 1);
    expect(expected.view('x', 2).families).toEqual(families(100));
    expected.observe('x', read([2], { isShort: true, complete: 2 }), 3);
    expect(expected.view('x', 4).families).toEqual(families(2));
  });

  it('are not learned from a read that failed', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    expected.observe('x', { ...read([100]), status: 'failed' }, 0);
    expect(expected.view('x', 1).families).toBeUndefined();
  });

  it('are forgotten after the lookback', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    expected.observe('x', read([100]), 0);
    expect(expected.view('x', lookbackDeltaMs).families).toBeDefined();
    expect(expected.view('x', lookbackDeltaMs + 1).families).toBeUndefined();
    expected.configure(2 * lookbackDeltaMs);
    expect(expected.view('x', lookbackDeltaMs + 1).families).toBeDefined();
  });

  it('are given out as copies', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    expected.observe('x', read([100]), 0);
    expected.view('x', 1).families!.series.fill(0);
    expect(expected.view('x', 1).families).toEqual(families(100));
  });

  it('take no more than a bounded memory', () => {
    const expected = createExpectedSeries(lookbackDeltaMs);
    const many = Array.from({ length: 20_000 }, () => 1);
    for (let i = 0; i < 100; i++) expected.observe(String(i), read(many), 0);
    const remembered = Array.from({ length: 100 }, (_, i) => expected.view(String(i), 1).families).filter(Boolean);
    expect(remembered.length).toBeGreaterThan(0);
    expect(remembered.length * many.length * 12).toBeLessThanOrEqual(1024 * 1024);
  });
});
