import { describe, expect, it } from 'vitest';
import { createDataSet, type DataSetName } from '../../../native-free-bench/data/data-sets.ts';
import { renderBody } from '../../../native-free-bench/data/render-body.ts';
import { renderPatchedFamily, writeFamilyNumber } from '../../../native-free-bench/data/patched-families.ts';
import { compareLabelSets, toLabelSet } from '../../../src/model/label-set.ts';
import { readExposition, seriesKey } from '../../servers/exposition/read-exposition.ts';

const NOW = 1_700_000_000_000;
const EXTERNAL = new Set(['replica', 'slave']);

const dataSets: readonly (readonly [DataSetName, number, number])[] = [
  ['few-families-many-series', 3, 700],
  ['many-families', 60, 12],
  ['job-rules', 12, 120],
  ['uniform-families', 4, 300],
];

describe.each(dataSets)('%s', (name, families, seriesPerFamily) => {
  const data = createDataSet(name, { families, seriesPerFamily, gaps: true });
  const body = (shard: number, replica: number): string =>
    renderBody(data, { place: { shard, replica }, nowMs: NOW }).toString();

  it('comes sorted by name, then by own labels, each series once', () => {
    const { samples, types } = readExposition(body(0, 0));
    const order = samples.map(({ name, labels }) => {
      const own = Object.entries(labels).filter(([label]) => !EXTERNAL.has(label));
      return { name, own: toLabelSet(own) };
    });
    for (let i = 1; i < order.length; i++) {
      const [before, after] = [order[i - 1]!, order[i]!];
      const byName = before.name < after.name ? -1 : before.name === after.name ? 0 : 1;
      expect(byName || compareLabelSets(before.own, after.own)).toBeLessThan(0);
    }
    expect(types).toEqual(Array.from({ length: families }, (_, family) => [data.familyName(family), 'untyped']));
    expect(new Set(samples.map((sample) => seriesKey(sample.name, sample.labels))).size).toBe(samples.length);
  });

  it('ends each line with the external labels the series lacks, instance among them', () => {
    const lines = body(1, 1)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines)
      expect(line).toMatch(
        /instance="[^"]*"(?:,job="[^"]*")?(?:,method="[^"]*")?,replica="b",slave="1"} \S+ 1[67]\d{11}$/,
      );
  });

  it('is the same for the same seed and differs between shards and replicas', () => {
    expect(body(0, 0)).toBe(body(0, 0));
    expect(body(0, 0)).not.toBe(body(0, 1));
    expect(body(0, 0)).not.toBe(body(1, 0));
  });

  it('has every series in one of two replicas', () => {
    for (let family = 0; family < families; family++) {
      for (let series = 0; series < seriesPerFamily; series++) {
        expect(data.has(family, series, 0) || data.has(family, series, 1)).toBe(true);
      }
    }
  });

  it('writes values as Go does', () => {
    const values = readExposition(body(0, 0)).samples.map((sample) => sample.value);
    for (const value of values) expect(value).toMatch(/^(?:0|[1-9]\d{0,5}|0\.\d*[1-9]|[1-9](?:\.\d*[1-9])?e\+\d\d)$/);
  });
});

it('leaves gaps in both replicas, never the same', () => {
  const data = createDataSet('many-families', { families: 40, seriesPerFamily: 25, gaps: true });
  const lacking = [0, 1].map((replica) => 1_000 - renderedSeries(data, replica));
  expect(lacking.every((series) => series > 5)).toBe(true);
});

function renderedSeries(data: ReturnType<typeof createDataSet>, replica: number): number {
  return readExposition(renderBody(data, { place: { shard: 0, replica }, nowMs: NOW }).toString()).samples.length;
}

it('patches one family into the very bytes of another', () => {
  const options = { place: { shard: 2, replica: 1 }, nowMs: NOW };
  const data = createDataSet('uniform-families', { families: 124, seriesPerFamily: 30 });
  const { bytes, digits } = renderPatchedFamily(30, options);
  const patched = Array.from({ length: 124 }, (_, family) => {
    writeFamilyNumber(bytes, digits, family);
    return bytes.toString();
  });
  expect(patched.join('')).toBe(renderBody(data, options).toString());
});
