import { describe, expect, it } from 'vitest';

import { createComplaint } from '../../../src/topology/complaint.ts';

type Step = readonly [nowMs: number, shown: boolean, series: number, counts: boolean];

describe('a complaint with a patience of 100 ms', () => {
  it.each<[string, readonly Step[]]>([
    [
      'counts once it has stood that long',
      [
        [0, true, 10, false],
        [60, true, 10, false],
        [99, true, 10, false],
        [100, true, 10, true],
      ],
    ],
    [
      'is withdrawn by as wide a request',
      [
        [0, true, 10, false],
        [60, false, 10, false],
        [110, true, 10, false],
        [210, true, 10, true],
      ],
    ],
    [
      'is not withdrawn by a narrower request',
      [
        [0, true, 10, false],
        [60, false, 9, false],
        [100, true, 10, true],
      ],
    ],
    [
      'remembers the widest request',
      [
        [0, true, 10, false],
        [30, true, 3, false],
        [60, false, 5, false],
        [100, true, 3, true],
      ],
    ],
    [
      'runs out when it is not repeated',
      [
        [0, true, 10, false],
        [401, true, 10, false],
        [501, true, 10, true],
      ],
    ],
    [
      'does not count in a request that does not show it',
      [
        [0, true, 10, false],
        [100, true, 10, true],
        [110, false, 1, false],
      ],
    ],
    [
      'starts over when the clock goes back',
      [
        [1000, true, 10, false],
        [10, true, 10, false],
        [1090, true, 10, false],
      ],
    ],
  ])('%s', (_name, steps) => {
    const complaint = createComplaint(100);
    for (const [nowMs, shown, series, counts] of steps) {
      expect(complaint.observe({ shown, series, nowMs }) >= 100, `at ${nowMs}`).toBe(counts);
    }
  });

  it('can be withdrawn', () => {
    const complaint = createComplaint(100);
    complaint.observe({ shown: true, series: 1, nowMs: 0 });
    complaint.withdraw();
    expect(complaint.observe({ shown: true, series: 1, nowMs: 100 })).toBe(0);
  });

  it('counts at once without patience', () => {
    expect(createComplaint(0).observe({ shown: true, series: 1, nowMs: 0 })).toBe(0);
  });

  it('counts only with new evidence', () => {
    const complaint = createComplaint(100);
    const observe = (nowMs: number, evidenceMs: number): number =>
      complaint.observe({ shown: true, series: 1, nowMs, evidenceMs });
    expect([observe(0, 7), observe(100, 7), observe(150, 8), observe(200, 8)]).toEqual([NaN, NaN, 150, 200]);
  });
});
