import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../../src/config/load-config.ts';
import { compileRules } from '../../../src/federate/rules/compile-rules.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';

const folder = fileURLToPath(new URL('../../../config/', import.meta.url));
const examples = readdirSync(folder).filter((name) => name.endsWith('.yml') && name !== 'web.yml');

it('finds the examples', () => {
  expect(examples.sort()).toEqual([
    'discovery.yml',
    'environments.yml',
    'hashmod-ha.yml',
    'minimal.yml',
    'regional.yml',
    'secured-replicas.yml',
    'teams.yml',
    'tenants.yml',
  ]);
});

it.each([
  ['discovery.yml', 1, 0, 1],
  ['minimal.yml', 2, 2, 0],
  ['hashmod-ha.yml', 3, 6, 2],
  ['regional.yml', 3, 6, 3],
  ['environments.yml', 3, 4, 0],
  ['secured-replicas.yml', 3, 5, 0],
  ['teams.yml', 3, 6, 2],
  ['tenants.yml', 2, 4, 1],
])('%s is valid without a warning, and its rules compile', async (name, shards, replicas, rules) => {
  const { config, warnings } = await readConfigFile(folder + name, { parseSelector });
  expect(warnings).toEqual([]);
  expect(config.shards).toHaveLength(shards);
  expect(config.shards.flatMap((shard) => shard.replicas)).toHaveLength(replicas);
  expect(compileRules(config.aggregationRules).rules).toHaveLength(rules);
});
