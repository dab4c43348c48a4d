import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startDemoFleet, type DemoFleet } from '../../src/cli/demo/demo-fleet.ts';
import { metricSum } from '../servers/exposition/metric-sum.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';

let fleet: DemoFleet;
let gateway: GatewayServer;

beforeAll(async () => {
  fleet = await startDemoFleet({ shards: 12, replicas: 2 });
  gateway = await startGateway({ runDirectory: inject('runDirectory'), config: fleet.configYaml });
});

afterAll(async () => {
  await gateway.close();
  await fleet.close();
});

describe('worker threads', () => {
  it('serve more shards than there are threads, requests at the same time', async () => {
    const answers = await Promise.all(
      ['up', '{job="api"}', '{__name__=~"job:.*"}', '{__name__=~".+"}'].map((selector) => gateway.federate([selector])),
    );
    for (const answer of answers) expect(answer.match(/^promgate_federate_shard_up\{.*\} 1$/gm)).toHaveLength(12);
  });

  it('scan every byte that was read, the main thread none', async () => {
    await gateway.federate(['{__name__=~".+"}']);
    const metrics = await gateway.metrics();
    const scanned = metricSum(metrics, 'promgate_worker_bytes_total');
    expect(scanned).toBe(metricSum(metrics, 'promgate_upstream_bytes_total'));
    expect(scanned).toBeGreaterThan(100_000);
    expect(metrics).not.toMatch(/^promgate_worker_bytes_total\{thread="0"\}/m);
    expect(metricSum(metrics, 'promgate_worker_threads')).toBeLessThan(12);
  });
});
