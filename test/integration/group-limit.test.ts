import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startDemoFleet, type DemoFleet } from '../../src/cli/demo/demo-fleet.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';

let fleet: DemoFleet;
let gateway: GatewayServer;

beforeAll(async () => {
  fleet = await startDemoFleet({ shards: 2, replicas: 1 });
  const config = parse(fleet.configYaml) as Record<string, Record<string, unknown>>;
  config['federation'] = { ...config['federation'], limits: { max_groups_per_rule: 1 } };
  gateway = await startGateway({ runDirectory: inject('runDirectory'), config: stringify(config) });
});

afterAll(async () => {
  await gateway.close();
  await fleet.close();
});

it('a rule with more groups than allowed is a 422 that names the limit; other requests are served, no thread dies', async () => {
  const query = new URLSearchParams({ 'match[]': '{__name__=~"job:.*"}' });
  const refused = await fetch(`${gateway.url}/federate?${query.toString()}`);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('max_groups_per_rule');
  expect(await gateway.federate(['up'])).toContain('promgate_federate_shard_up{shard="slave-1",instance=""} 1');
  expect(await gateway.metrics()).toContain('\npromgate_worker_crashes_total 0\n');
});
