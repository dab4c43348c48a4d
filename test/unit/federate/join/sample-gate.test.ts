import { expect, it } from 'vitest';
import { SampleGate } from '../../../../src/federate/join/sample-gate.ts';

const table = (...entries: [low: number, timestampMs: number][]) => ({
  hashes: Uint32Array.from(entries.flatMap(([low]) => [low, 0])),
  timestampsMs: Float64Array.from(entries.map(([, timestampMs]) => timestampMs)),
});

const create = (...entries: [number, number][]): SampleGate =>
  new SampleGate({ watermarkMs: 100, newestGivenMs: 500, filled: table(...entries), maxFilledSeries: 3 });

it('measures the leader against the watermark and what followers gave of the series', () => {
  const gate = create([1, 50], [2, 150]);
  expect([gate.hasFilled, create().hasFilled]).toEqual([true, false]);
  expect([1, 2, 3].map((low) => gate.leaderThreshold(low, 0))).toEqual([100, 150, 100]);
});

it('measures a new leader against all that was given before', () => {
  const gate = create([2, 600]);
  gate.changeLeader();
  expect([gate.watermarkMs, gate.leaderThreshold(1, 0), gate.leaderThreshold(2, 0)]).toEqual([500, 500, 600]);
});

it('measures followers against what was given of the series, or else against all', () => {
  const gate = create([1, 50], [2, -Infinity]);
  expect([1, 2, 3].map((low) => gate.followerThreshold(low, 0))).toEqual([50, -Infinity, 500]);
});

it('records what followers gave, and from when on the leader has to be newer', () => {
  const gate = create([1, 50]);
  gate.fill(1, 0, { timestampMs: 60, left: true });
  gate.fill(2, 0, { timestampMs: 700, left: true });
  gate.fill(3, 0, { timestampMs: 400, left: false });
  gate.fill(4, 0, { timestampMs: Number.NaN, left: true });
  expect(gate.filled).toEqual(expect.objectContaining({ timestampsMs: expect.any(Float64Array) }));
  const entries = [...gate.filled.timestampsMs].map((timestampMs, i) => [gate.filled.hashes[2 * i], timestampMs]);
  expect(entries.toSorted(([a], [b]) => a! - b!)).toEqual([
    [1, 60],
    [2, 700],
    [3, 500],
  ]);
  expect([gate.filledSeries, gate.suppressed, gate.filledOverflow]).toEqual([3, 1, false]);
});

it('leaves an entry alone while its series is held back', () => {
  const gate = create([1, 450]);
  gate.fill(1, 0, { timestampMs: 400, left: false });
  expect(gate.filled.timestampsMs).toHaveLength(0);
});

it('says when there are more series than the table may hold', () => {
  const gate = create([1, 50], [2, 50]);
  gate.fill(3, 0, { timestampMs: 700, left: true });
  expect(gate.filledOverflow).toBe(false);
  gate.fill(4, 0, { timestampMs: 700, left: true });
  gate.fill(1, 0, { timestampMs: 700, left: true });
  expect(gate.filledOverflow).toBe(true);
  expect(gate.filled.timestampsMs).toHaveLength(2);
});

it('reports entries that the leader has passed', () => {
  const gate = create([1, 50]);
  gate.passLeader(1, 0);
  gate.passLeader(2, 0);
  expect(gate.passed).toEqual(table([1, 50]));
});
