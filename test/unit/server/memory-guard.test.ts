import { describe, expect, it } from 'vitest';
import { createMemoryGuard } from '../../../src/server/memory-guard.ts';

describe('the guard of memory', () => {
  it('refuses while the process holds too much, and says how much', () => {
    let nowMs = 0;
    let resident = 900e6;
    let refused = 0;
    const guard = createMemoryGuard({
      maxBytes: () => 1e9,
      residentBytes: () => resident,
      clock: () => nowMs,
      onRefused: () => (refused += 1),
    });
    guard();
    resident = 1.2e9;
    // Not asked again at once.
    guard();
    nowMs = 250;
    expect(guard).toThrow('resident memory 1200 MB is over global.max_memory 1000 MB');
    expect(guard).toThrow(expect.objectContaining({ code: 'PG_OVERLOADED', status: 503 }));
    expect(refused).toBe(2);
    resident = 1e9;
    nowMs = 500;
    guard();
  });
});
