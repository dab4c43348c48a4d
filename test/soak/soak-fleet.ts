import { jobRules, recordingRules } from '../e2e/fleet-series.ts';
import type { ExporterTarget } from '../servers/exporter/exporter.ts';
import { movingCount } from '../servers/exporter/exporter-families.ts';
import { type SwitchProxy, startSwitchProxy } from '../servers/fault/switch-proxy.ts';
import { freePort } from '../servers/process/free-port.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { addressesOf, type Fleet, gatewayShard, startFleet } from '../servers/topology/fleet.ts';
import { askable, type LiveMemory, readLiveMemory } from './live-memory.ts';

const SHARDS = 2;
const REPLICAS = 2;
const INSTANCES = 8;
const PATHS = 100;

export interface SoakFleet {
  readonly fleet: Fleet;
  readonly gateway: GatewayServer;
  /** What the gateway's threads hold now; see {@link readLiveMemory}. */
  liveMemory(): Promise<LiveMemory>;
  /** By shard, then replica. */
  readonly proxies: readonly (readonly SwitchProxy[])[];
  close(): Promise<void>;
}

/** A real fleet with a proxy before each replica, and the gateway in front of it. */
export async function startSoakFleet(binary: string, runDirectory: string): Promise<SoakFleet> {
  const shardRules = recordingRules('slave:');
  const fleet = await startFleet({ binary, runDirectory, targets, shards: SHARDS, replicas: REPLICAS, shardRules });
  const proxies = await Promise.all(
    fleet.shards.map(({ replicas }) =>
      Promise.all(replicas.map(async ({ address }) => startSwitchProxy({ upstream: address, port: await freePort() }))),
    ),
  );
  const { file, ...askableFlags } = askable(runDirectory);
  const gateway = await startGateway({
    runDirectory,
    ...askableFlags,
    flags: ['--log.level=error'],
    config: {
      global: { scrape_timeout: '5s' },
      shards: fleet.shards.map((shard, i) => gatewayShard(shard, addressesOf(proxies[i]!))),
      aggregation_rules: jobRules,
    },
  });
  await eventually(async () => {
    const body = await gateway.federate(['job:up:sum', 'job:http_requests:rate10s']);
    if (!body.includes('job:http_requests:rate10s')) throw new Error(`no job-level series yet:\n${body}`);
  });
  return {
    fleet,
    gateway,
    liveMemory: () => readLiveMemory({ pid: gateway.process.pid, file }),
    proxies,
    async close() {
      await gateway.close();
      await Promise.all(proxies.flat().map((proxy) => proxy.close()));
      await fleet.close();
    },
  };
}

const targets: readonly ExporterTarget[] = Array.from({ length: INSTANCES }, (_, i) => ({
  job: 'api',
  instance: `api-${i}:8080`,
  families: [
    {
      name: 'http_requests_total',
      type: 'counter',
      series: Array.from({ length: PATHS }, (_, path) => ({
        labels: { code: path % 2 === 0 ? '200' : '500', path: `/${path}` },
        valueAt: movingCount(path + 1),
      })),
    },
  ],
}));
