import { startGateway, type GatewayServer } from '../../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../../servers/process/prometheus.ts';
import { startBlockServer, startReferenceServer } from './block-server.ts';
import { type DataSeries, referenceFamilies, shards } from './reference-data.ts';

export interface BlockGatewayOptions {
  readonly query?: Readonly<Record<string, unknown>>;
  /** Whether the configuration says that no series has the shards' label itself. */
  readonly ownsLabels?: boolean;
  readonly aggregationRules?: readonly Readonly<Record<string, unknown>>[];
}

export interface BlockServersOptions {
  readonly prometheus: string;
  readonly promtool: string;
  readonly runDirectory: string;
  /** Whether the second replica of each shard holds everything. */
  readonly secondIsWhole?: boolean;
}

export interface BlockServers {
  readonly reference: PrometheusServer;
  readonly replicas: readonly PrometheusServer[];
  /** A gateway in front of the replicas, which whoever starts it closes. */
  startGateway(options?: BlockGatewayOptions): Promise<GatewayServer>;
  close(): Promise<void>;
}

export interface BlockFleet {
  readonly gateway: GatewayServer;
  readonly reference: PrometheusServer;
  readonly replicas: readonly PrometheusServer[];
  close(): Promise<void>;
}

/** A target that only the other replica has, all the time. */
const outOfReach: Readonly<Record<string, string>> = { a: 'host-1:9100', b: 'host-5:9100' };

/** A share of a replica's samples, scattered and in one run; no sample is missing in both replicas. */
function isHole({ labels }: DataSeries, sample: number, replica: string): boolean {
  if (Object.values(outOfReach).includes(labels['instance']!)) return false;
  if (sample >= 300 && sample < 350) return replica === 'a' ? sample < 320 : sample > 340;
  return sample % 17 === (replica === 'a' ? 5 : 9);
}

/** Block servers behind one gateway. */
export async function startBlockFleet(options: BlockServersOptions & BlockGatewayOptions): Promise<BlockFleet> {
  const servers = await startBlockServers(options);
  const gateway = await servers.startGateway(options);
  return {
    gateway,
    reference: servers.reference,
    replicas: servers.replicas,
    async close() {
      await Promise.all([gateway.close(), servers.close()]);
    },
  };
}

/**
 * Three shards of two replicas, each with holes of its own, for gateways, and one server that holds everything, with the
 * shard's label as a label of each series.
 */
export async function startBlockServers(options: BlockServersOptions): Promise<BlockServers> {
  const { prometheus, promtool, runDirectory, secondIsWhole = false } = options;
  const families = referenceFamilies();
  const common = { binary: prometheus, promtool, runDirectory, families };
  const shardIndexes = Array.from({ length: shards }, (_, shard) => shard);
  const isWhole = (replica: string): boolean => secondIsWhole && replica === 'b';
  const [reference, ...replicas] = await Promise.all([
    startReferenceServer(common),
    ...shardIndexes.flatMap((shard) =>
      ['a', 'b'].map((replica) =>
        startBlockServer({
          ...common,
          name: `slave-${shard}${replica}`,
          externalLabels: { slave: String(shard), replica },
          labelsOf: (series) =>
            series.shard === shard && (isWhole(replica) || series.labels['instance'] !== outOfReach[replica])
              ? series.labels
              : undefined,
          isHole: (series, i) => !isWhole(replica) && isHole(series, i, replica),
        }),
      ),
    ),
  ]);
  return {
    reference,
    replicas,
    startGateway: (gateway) => startBlockGateway(runDirectory, replicas, gateway),
    async close() {
      await Promise.all([reference, ...replicas].map((server) => server.close()));
    },
  };
}

/** The configuration of a gateway whose replicas come shard by shard. */
function startBlockGateway(
  runDirectory: string,
  replicas: readonly PrometheusServer[],
  { query, ownsLabels = false, aggregationRules = [] }: BlockGatewayOptions = {},
): Promise<GatewayServer> {
  return startGateway({
    runDirectory,
    config: {
      shards: Array.from({ length: shards }, (_, shard) => ({
        name: `slave-${shard}`,
        labels: { slave: String(shard) },
        owns_labels: ownsLabels ? ['slave'] : [],
        static_configs: [{ targets: replicas.slice(2 * shard, 2 * shard + 2).map(({ address }) => address) }],
      })),
      query: { experimental_functions: true, ...query },
      aggregation_rules: aggregationRules,
    },
  });
}
