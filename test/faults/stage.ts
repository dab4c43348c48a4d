import { fleetTargets, jobRules, recordingRules } from '../e2e/fleet-series.ts';
import { type SwitchProxy, startSwitchProxy } from '../servers/fault/switch-proxy.ts';
import { freePort } from '../servers/process/free-port.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { addressesOf, type Fleet, gatewayShard, startFleet } from '../servers/topology/fleet.ts';
import { startGlobalPrometheus } from '../servers/topology/global-prometheus.ts';

/** Its metrics may carry explicit timestamps beside the present ones; down until a fault wants it. */
export const SKEWED_INSTANCE = 'skewed-1:9999';
/** The shard whose replicas stand behind proxies; the gateway talks to the other's processes directly. */
export const PROXIED_SHARD = 0;
export const DIRECT_SHARD = 1;
/** Least hedge delay of the gateway. */
export const HEDGE_DELAY_MS = 250;
export const EVERYTHING = '{__name__=~".+"}';

/** A replica, by its place in the fleet. */
export interface Victim {
  readonly shard: number;
  readonly replica: number;
}

export interface StageOptions {
  readonly binary: string;
  readonly runDirectory: string;
  /** Where the proxies listen, by replica. */
  readonly proxyHosts?: readonly string[];
}

/** One gateway and two global servers in front of it. */
interface View {
  readonly gateway: GatewayServer;
  /** The second one takes samples out of order (`out_of_order_time_window`), which the first one rejects. */
  readonly globals: readonly PrometheusServer[];
  close(): Promise<void>;
}

export interface Stage {
  readonly options: StageOptions;
  readonly fleet: Fleet;
  readonly proxies: readonly SwitchProxy[];
  readonly view: View;
  /** The replica that the gateway now reads a shard from first, or its sibling. */
  find(shard: number, role: 'leader' | 'follower'): Promise<Victim>;
  serverOf(victim: Victim): PrometheusServer;
  /** The address that the gateway knows it by. */
  targetOf(victim: Victim): string;
  close(): Promise<void>;
}

/** Addresses of the replicas as the gateway is told them, by shard. */
export type Targets = readonly (readonly string[])[];

/** Starts 2 shards of 2 replicas, the gateway and the two global servers, and waits until all of them have scraped. */
export async function startStage(
  options: StageOptions,
  change: (targets: Targets) => Targets = (all) => all,
): Promise<Stage> {
  const { binary, runDirectory, proxyHosts } = options;
  const targets = [...fleetTargets, { job: 'skewed', instance: SKEWED_INSTANCE, families: [] }];
  const shardRules = recordingRules('slave:');
  const fleet = await startFleet({ binary, runDirectory, targets, shards: 2, replicas: 2, shardRules });
  fleet.exporter.replace(SKEWED_INSTANCE, undefined);
  const proxies = await Promise.all(
    fleet.shards[PROXIED_SHARD]!.replicas.map(async ({ address }, i) => {
      const host = proxyHosts?.[i] ?? '127.0.0.1';
      return startSwitchProxy({ upstream: address, port: await freePort(), host });
    }),
  );
  const direct = addressesOf(fleet.shards[DIRECT_SHARD]!.replicas);
  const told = change([addressesOf(proxies), direct]);
  const view = await startView(options, fleet, told);

  return {
    options,
    fleet,
    proxies,
    view,
    async find(shard, role) {
      const name = fleet.shards[shard]!.name;
      const body = await view.gateway.metrics();
      const leader = told[shard]!.findIndex((address) =>
        body.includes(`promgate_shard_leader{shard="${name}",replica="${address}"} 1`),
      );
      if (leader === -1) throw new Error(`${name} has no leader:\n${body}`);
      return { shard, replica: role === 'leader' ? leader : 1 - leader };
    },
    targetOf: ({ shard, replica }) => told[shard]![replica]!,
    serverOf: ({ shard, replica }) => fleet.shards[shard]!.replicas[replica]!,
    async close() {
      await view.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await fleet.close();
    },
  };
}

async function startView({ binary, runDirectory }: StageOptions, fleet: Fleet, targets: Targets): Promise<View> {
  const gateway = await startGateway({
    runDirectory,
    config: {
      global: { scrape_timeout: '5s' },
      shards: fleet.shards.map((shard, i) => gatewayShard(shard, targets[i]!)),
      aggregation_rules: jobRules,
    },
  });
  const scraping = { binary, runDirectory, gateway: gateway.address, match: [EVERYTHING] };
  const globals = await Promise.all([
    startGlobalPrometheus(scraping),
    startGlobalPrometheus({ ...scraping, outOfOrderTimeWindow: '5m' }),
  ]);
  for (const global of globals) await eventually(() => assertScrapes(global));
  return {
    gateway,
    globals,
    async close() {
      await Promise.all([...globals, gateway].map((server) => server.close()));
    },
  };
}

/** Ten seconds of them, so that what the rules compute over ten seconds is what it will be. */
async function assertScrapes(global: PrometheusServer): Promise<void> {
  const [sums] = await global.query('count_over_time(job:http_requests:rate10s{code="200"}[12s])');
  if (Number(sums?.values[0]?.[1] ?? 0) < 10) throw new Error('not ten scrapes yet');
}
