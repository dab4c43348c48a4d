import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startDemoFleet, type DemoFleet } from '../../src/cli/demo/demo-fleet.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';

let fleet: DemoFleet;
const gateways: GatewayServer[] = [];

beforeAll(async () => {
  fleet = await startDemoFleet({ shards: 3, replicas: 2 });
});

afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
  await fleet.close();
});

async function start(limits: Readonly<Record<string, number>>): Promise<GatewayServer> {
  const config = parse(fleet.configYaml) as Record<string, Record<string, unknown>>;
  config['federation'] = { ...config['federation'], limits };
  const gateway = await startGateway({ runDirectory: inject('runDirectory'), config: stringify(config) });
  gateways.push(gateway);
  return gateway;
}

/** Statuses of as many requests at once, no two of them for the same series. */
async function askAtOnce({ url }: GatewayServer, requests: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: requests }, async (_, i) => {
      const query = new URLSearchParams({ 'match[]': `{__name__=~".+",instance!="none-${i}"}` });
      const response = await fetch(`${url}/federate?${query.toString()}`);
      const body = await response.text();
      if (response.ok) expect(body.match(/^promgate_federate_shard_up\{.*\} 1$/gm)).toHaveLength(3);
      return response.status;
    }),
  );
}

describe('selections that cannot share a fan-out', () => {
  it('are all answered when 20 come at once, though 8 run', async () => {
    expect(new Set(await askAtOnce(await start({}), 20))).toEqual(new Set([200]));
  });

  it('are refused past max_concurrent and max_queued, and only those', async () => {
    const statuses = await askAtOnce(await start({ max_concurrent: 1, max_queued: 2 }), 20);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
  });
});
