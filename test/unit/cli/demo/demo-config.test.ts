import { expect, it } from 'vitest';
import { demoConfig } from '../../../../src/cli/demo/demo-config.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';

it('is a configuration the gateway accepts without a warning', () => {
  const shards = [0, 1].map((shard) => ({
    name: `slave-${shard}`,
    labels: { slave: String(shard) },
    targets: [`127.0.0.1:${9000 + shard}`, `127.0.0.1:${9010 + shard}`],
  }));
  const { config, warnings } = loadConfig(demoConfig(shards, 15), { file: 'demo.yml', parseSelector });
  expect(warnings).toEqual([]);
  expect(config.global.lookbackDeltaMs).toBe(15_000);
  expect(config.shards.map(({ name, labels }) => [name, labels])).toEqual([
    ['slave-0', { slave: '0' }],
    ['slave-1', { slave: '1' }],
  ]);
  expect(config.shards[1]!.replicas.map(({ url }) => url)).toEqual(['http://127.0.0.1:9001', 'http://127.0.0.1:9011']);
  expect(config.aggregationRules.map(({ source, record }) => [source, record])).toEqual([
    ['slave:(.+)_bucket:rate5m', 'job:$1:p95'],
    ['slave:(.+)', 'job:$1'],
  ]);
});
