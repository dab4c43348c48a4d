import assert from 'node:assert/strict';
import { readExposition, seriesKey } from '../../test/servers/exposition/read-exposition.ts';
import type { DataSet } from '../data/data-set.ts';
import { countSamples } from './count-samples.ts';
import { federateUrl } from './curl.ts';
import { aggregated, passedThrough, type ModelOptions } from './naive-model.ts';

/** Series that the gateway adds about itself. */
const OWN_SERIES = /^promgate_(federate|aggregation)_/;

/**
 * Asks the gateway for everything and compares each sample (name, label set, value and timestamp to the byte) with the
 * naive model. For data sets that a Map can hold. The first answer of a gateway only: later ones withhold by design what
 * a follower filled and has nothing newer for.
 */
export async function assertExactAnswer(gatewayUrl: string, data: DataSet, model: ModelOptions): Promise<number> {
  const response = await fetch(federateUrl(gatewayUrl));
  const body = await response.text();
  assert.equal(response.status, 200, body);
  const expected = new Map([...passedThrough(data, model), ...aggregated(data, model)]);
  const seen = new Set<string>();
  for (const { name, labels, value, timestamp, line } of readExposition(body).samples) {
    if (OWN_SERIES.test(name)) continue;
    const key = seriesKey(name, labels);
    assert.ok(!seen.has(key), `${data.name}: given twice: ${line}`);
    assert.deepEqual({ value, timestamp }, expected.get(key), `${data.name}: ${line}`);
    seen.add(key);
  }
  const missing = [...expected.keys()].filter((key) => !seen.has(key));
  assert.deepEqual(missing.slice(0, 5), [], `${data.name}: ${missing.length} of ${expected.size} series are missing`);
  return seen.size;
}

/** For data of any size: every shard is up, and there are as many sample lines as series expected. */
export async function assertCounts(url: string, expected: { series: number; shards: number }): Promise<void> {
  const { samples, shardsUp } = await countSamples(url);
  assert.equal(shardsUp, expected.shards, 'shards that answered');
  assert.equal(samples - shardsUp, expected.series, 'series in the answer');
}
