import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfigFile } from '../../../src/config/load-config.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';

const folder = 'docker/compose';

it('the stack has a valid configuration of promgate, without warnings', async () => {
  const { config, warnings } = await readConfigFile(`${folder}/promgate.yml`, { parseSelector });
  expect(warnings).toEqual([]);
  expect(config.shards.map(({ replicas }) => replicas.length)).toEqual([2, 2]);
});

it('every server that promgate reads is a service of the stack, and every file that is mounted exists', async () => {
  const compose = parse(await readFile(`${folder}/compose.yml`, 'utf8'), { merge: true }) as {
    services: Record<string, { volumes?: string[] }>;
  };
  const { config } = await readConfigFile(`${folder}/promgate.yml`, { parseSelector });
  const hosts = config.shards.flatMap(({ replicas }) => replicas.map(({ name }) => name.split(':')[0]!));
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(hosts));
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
  for (const volume of mounted) await readFile(`${folder}/${volume.split(':')[0]!}`);
  expect(mounted.length).toBeGreaterThan(5);
});
