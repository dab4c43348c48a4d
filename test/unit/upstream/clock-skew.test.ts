import { expect, it } from 'vitest';
import { clockSkewMs } from '../../../src/upstream/clock-skew.ts';

const date = 'Sat, 21 Nov 2026 12:36:10 GMT';
const dateMs = Date.UTC(2026, 10, 21, 12, 36, 10);

it.each([
  ['tells the same time', dateMs + 500, dateMs + 500, 0],
  ['is ten minutes ahead', dateMs + 500 - 600_000, dateMs + 500 - 600_000, 600_000],
  ['is ten minutes behind', dateMs + 500 + 600_000, dateMs + 500 + 600_000, -600_000],
  ['is ahead, less half of the wait', dateMs + 500 - 6000, dateMs + 500 - 4000, 4000],
  ['cannot be told from ours after a long wait', dateMs - 9500, dateMs + 500, 0],
])('a server that %s', (_, sentMs, answeredMs, skewMs) => {
  expect(clockSkewMs(date, sentMs, answeredMs)).toBeCloseTo(skewMs, 6);
});

it.each(['', 'yesterday', '2026-11-21T12:36:10Z', 'Sat, 21 Nov 2026 12:36:10 +0100'])(
  'does not guess at %j',
  (text) => {
    expect(clockSkewMs(text, 0, 0)).toBeNaN();
  },
);
