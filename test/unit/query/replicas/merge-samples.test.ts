import { expect, it } from 'vitest';
import { FLOAT, STALE, type RawSeries } from '../../../../src/model/raw-series.ts';
import { mergeReplicaSamples } from '../../../../src/query/replicas/merge-samples.ts';

const labels = ['__name__', 'x'];

/** `15:3` is the value 3 at second 15, `15:-` a stale marker. */
function series(text: string, name = 'x'): RawSeries {
  const samples = text.split(' ').map((sample) => sample.split(':') as [string, string]);
  return {
    labels: ['__name__', name],
    timestampsMs: Float64Array.from(samples, ([t]) => Number(t) * 1000),
    values: Float64Array.from(samples, ([, value]) => (value === '-' ? 0 : Number(value))),
    kinds: Uint8Array.from(samples, ([, value]) => (value === '-' ? STALE : FLOAT)),
  };
}

function merged(...replicas: readonly RawSeries[]): string {
  const { timestampsMs, values, kinds } = mergeReplicaSamples(labels, replicas);
  return Array.from(timestampsMs, (t, i) => `${t / 1000}:${kinds?.[i] === STALE ? '-' : values[i]}`).join(' ');
}

it.each([
  ['the leader alone', ['0:1 15:2'], '0:1 15:2'],
  ['a follower that has no more', ['0:1 15:2 30:3', '7:1 22:2'], '0:1 15:2 30:3'],
  ['a hole of the leader', ['0:1 15:2 75:6', '7:1 22:2 37:3 52:4 67:5'], '0:1 15:2 37:3 52:4 67:5 75:6'],
  [
    'nothing within half an interval before the next',
    ['0:1 15:2 72:6', '7:1 22:2 37:3 52:4 67:5'],
    '0:1 15:2 37:3 52:4 72:6',
  ],
  ['a leader that begins late', ['60:5 75:6', '7:1 22:2 37:3 52:4 67:5'], '7:1 22:2 37:3 52:4 60:5 75:6'],
  ['a leader that ends early', ['0:1 15:2', '7:1 22:2 37:3 52:4'], '0:1 15:2 37:3 52:4'],
  ['an exact union', ['0:1 15:2 45:4', '0:1 30:3 45:4 60:5'], '0:1 15:2 30:3 45:4 60:5'],
  ['an exact union of falling values', ['0:9 15:2 45:4', '0:9 15:2 30:8 45:4'], '0:9 15:2 30:8 45:4'],
  ['of two values of one instant the leader’s', ['0:1 15:2', '0:7 15:8'], '0:1 15:2'],
  ['a stale marker while the follower goes on', ['0:1 15:2 30:-', '7:1 22:2 37:3 52:4'], '0:1 15:2 37:3 52:4'],
  ['a stale marker of both', ['0:1 15:2 30:-', '7:1 22:2 37:-'], '0:1 15:2 30:-'],
  [
    'a stale marker of both at one instant',
    ['0:1 15:2 30:- 90:5', '0:1 15:2 30:- 45:9 90:5'],
    '0:1 15:2 30:- 45:9 90:5',
  ],
  ['the end of what was filled', ['0:1 15:2', '7:1 22:2 37:3 52:-'], '0:1 15:2 37:3 52:-'],
])('keeps %s', (_what, [leader, ...followers], expected) => {
  expect(merged(series(leader!), ...followers.map((text) => series(text)))).toBe(expected);
});

it('drops a fill that would look like a counter reset', () => {
  const leader = series('0:100 15:110 75:150', 'x_total');
  expect(merged(leader, series('7:90 22:95 37:100 52:120 67:140', 'x_total'))).toBe(
    '0:100 15:110 52:120 67:140 75:150',
  );
});

it('drops a fill above what the leader goes on with', () => {
  const leader = series('0:100 15:110 75:115', 'x_total');
  expect(merged(leader, series('7:105 22:112 37:114 52:130 67:140', 'x_total'))).toBe('0:100 15:110 37:114 75:115');
});

it('keeps a reset that the follower saw itself', () => {
  const leader = series('0:100 15:110 75:9', 'x_total');
  expect(merged(leader, series('7:105 22:112 37:2 52:5 67:8', 'x_total'))).toBe('0:100 15:110 37:2 52:5 67:8 75:9');
});

it('fills from a third replica what the second lacks', () => {
  expect(merged(series('0:1 15:2'), series('7:1 22:2 37:3'), series('3:1 18:2 33:3 48:4 63:5'))).toBe(
    '0:1 15:2 37:3 63:5',
  );
});
