import { expect, it } from 'vitest';
import { parseDuration } from '../../../src/config/duration.ts';

it.each([
  ['0', 0],
  ['0s', 0],
  ['5ms', 5],
  ['10s', 10_000],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
  ['1y', 365 * 86_400_000],
  ['1y2w3d4h5m6s7ms', 31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_400_000 + 300_000 + 6000 + 7],
  ['292y', 292 * 31_536_000_000],
  ['90m', 5_400_000],
])('reads %s', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

it.each(['', ' 1s', '1s ', '1', '1.5h', '-1s', '1h 30m', '30m1h', '1s1s', '1ns', '1us', 's', '5M', '293y', '00', '٣s'])(
  'refuses %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
