import { describe, expect, it } from 'vitest';
import { growth, level, slope } from '../../../../src/cli/demo/signal.ts';

const start = Date.UTC(2026, 5, 1);
const seconds = Array.from({ length: 600 }, (_, i) => start + i * 1000);

describe('growth', () => {
  it('never falls, and grows by the given rate over time', () => {
    const counter = growth('a', 40);
    const values = seconds.map(counter);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]!);
    expect((counter(start + 86_400_000) - counter(start)) / (40 * 86_400)).toBeCloseTo(1, 2);
  });

  it('depends on key and time alone', () => {
    expect(growth('a', 40)(start)).toBe(growth('a', 40)(start));
    expect(growth('a', 40)(start)).not.toBe(growth('b', 40)(start));
  });
});

describe('level', () => {
  it('moves within its bounds', () => {
    const values = seconds.map(level('a', 10, 3));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(7);
    expect(Math.max(...values)).toBeLessThanOrEqual(13);
    expect(new Set(values).size).toBeGreaterThan(100);
  });
});

describe('slope', () => {
  it('is the mean increase per second', () => {
    expect(slope((timeMs) => (timeMs / 1000) * 7, 300_000)(start)).toBeCloseTo(7, 6);
  });
});
