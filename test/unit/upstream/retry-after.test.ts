import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/upstream/retry-after.ts';

const nowMs = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['', 0],
    ['soon', 0],
    ['-5', 0],
  ])('%j', (header, ms) => {
    expect(retryAfterMs(header, nowMs)).toBe(ms);
  });
});
