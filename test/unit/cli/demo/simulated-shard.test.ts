import { describe, expect, it } from 'vitest';
import { simulatedShard } from '../../../../src/cli/demo/simulated-shard.ts';
import { labelValue } from '../../../../src/model/label-set.ts';

const now = Date.UTC(2026, 5, 1);
const shards = [0, 1, 2].map((shard) => simulatedShard(shard, 3));

function sum(name: string, label: string, value: string, timeMs: number): number {
  const matching = shards.flat().filter((series) => series.name === name && labelValue(series.labels, label) === value);
  expect(matching.length).toBeGreaterThan(0);
  return matching.reduce((total, series) => total + series.valueAt(timeMs), 0);
}

describe('simulatedShard', () => {
  it('is sorted by name, then by labels, without repeating a label set', () => {
    for (const shard of shards) {
      const keys = shard.map(({ name, labels }) => `${name}\0${labels.join('\0')}`);
      expect(keys).toEqual([...keys].sort());
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it('gives every target to one shard alone and every job to each', () => {
    const instances = shards.map((shard) => new Set(shard.map(({ labels }) => labelValue(labels, 'instance'))));
    const all = instances.flatMap((set) => [...set].filter((instance) => instance !== ''));
    expect(all.length).toBe(27);
    expect(new Set(all).size).toBe(27);
    expect(sum('slave:up:sum', 'job', 'api', now)).toBe(12);
    expect(sum('slave:up:count', 'job', 'db', now)).toBe(6);
  });

  it('records rates that agree with the counters', () => {
    const increase =
      sum('http_requests_total', 'code', '200', now) - sum('http_requests_total', 'code', '200', now - 300_000);
    expect(sum('slave:http_requests:rate5m', 'code', '200', now)).toBeCloseTo(increase / 300, 0);
  });

  it('has histogram buckets that grow with their bound up to the count', () => {
    const [series] = shards;
    const bucket = (le: string): number => {
      const found = series!.find(
        ({ name, labels }) =>
          name === 'http_request_duration_seconds_bucket' &&
          labelValue(labels, 'le') === le &&
          labelValue(labels, 'instance') === 'api-0:9100',
      );
      return found!.valueAt(now);
    };
    const values = ['0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '+Inf'].map(bucket);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const count = series!.find(({ name }) => name === 'http_request_duration_seconds_count');
    expect(count!.valueAt(now)).toBe(values.at(-1));
  });
});
