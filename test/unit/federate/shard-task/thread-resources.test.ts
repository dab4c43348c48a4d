import { expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { createResources } from '../../../../src/federate/shard-task/thread-resources.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';

const yaml = `
shards: [{name: slave-0, static_configs: [{targets: ['127.0.0.1:9090']}]}]
deduplication: {per_replica: ['process_cpu_seconds_total']}
aggregation_rules: [{source: 'slave:(.+)', record: 'job:$1', without: [slave]}]
`;

function noRead(): never {
  throw new Error('nothing is read here');
}

it('uses the rules that the thread has compiled', () => {
  const { config } = loadConfig(yaml, { file: 'test', parseSelector });
  const rules = compileRules(config.aggregationRules);
  const resources = createResources({ config, rules }, { openFederate: noRead, readExternalLabels: noRead });
  expect(resources.rules).toBe(rules);
  expect(resources.sources.matchesName('slave:up:sum')).toBe('all');
  expect(resources.perReplica.matchesName('process_cpu_seconds_total')).toBe('all');
});
