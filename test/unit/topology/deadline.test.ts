import { describe, expect, it } from 'vitest';

import { answerMarginMs, readDeadlineMs } from '../../../src/topology/deadline.ts';

describe('the deadline of an upstream read', () => {
  it.each([
    ['no client timeout', undefined, 10_000],
    ['client timeout of zero', 0, 10_000],
    ['client timeout that is no number', Number.NaN, 10_000],
    ['client as patient as the shard', 10_000, 9_500],
    ['patient client', 60_000, 10_000],
    ['client a little more patient', 10_400, 9_880],
    ['impatient client', 1_000, 900],
    ['very impatient client', 100, 50],
  ])('%s', (_name, clientTimeoutMs, leftMs) => {
    expect(readDeadlineMs({ nowMs: 5_000, scrapeTimeoutMs: 10_000, clientTimeoutMs })).toBe(5_000 + leftMs);
  });

  it.each([
    [100, 50],
    [1_000, 100],
    [2_000, 100],
    [4_000, 200],
    [20_000, 1_000],
    [120_000, 1_000],
  ])('of a client that waits %d ms keeps back %d ms', (clientTimeoutMs, marginMs) => {
    expect(answerMarginMs(clientTimeoutMs)).toBe(marginMs);
  });
});
