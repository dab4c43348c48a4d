import { startGateway, type GatewayServer } from '../../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../../servers/process/prometheus.ts';
import { startBlockServer, startReferenceServer } from './block-server.ts';
import { type DataSeries, referenceFamilies, shards } from './reference-data.ts';

export interface BlockFleet {
  readonly gateway: GatewayServer;
  readonly reference: PrometheusServer;
  readonly replicas: readonly PrometheusServer[];
  close(): Promise<void>;
}

export interface BlockFleetOptions {
  readonly prometheus: string;
  readonly promtool: string;
  readonly runDirectory: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Whether the configuration says that no series has the shards' label itself. */
  readonly ownsLabels?: boolean;
  /** Whether the second replica of each shard holds everything. */
  readonly secondIsWhole?: boolean;
  readonly aggregationRules?: readonly Readonly<Record<string, unknown>>[];
}

/** A target that only the other replica has, all the time. */
const outOfReach: Readonly<Record<string, string>> = { a: 'host-1:9100', b: 'host-5:9100' };

/** A share of a replica's samples, scattered and in one run; no sample is missing in both replicas. */
function isHole({ labels }: DataSeries, sample: number, replica: string): boolean {
  if (Object.values(outOfReach).includes(labels['instance']!)) return false;
  if (sample >= 300 && sample < 350) return replica === 'a' ? sample < 320 : sample > 340;
  return sample % 17 === (replica === 'a' ? 5 : 9);
}

/**
 * Three shards of two replicas, each with holes of its own, behind a gateway, and one server that holds everything, with the
 * shard's label as a label of each series.
 */
export async function startBlockFleet({
  prometheus,
  promtool,
  runDirectory,
  query,
  ownsLabels = false,
  secondIsWhole = false,
  aggregationRules = [],
}: BlockFleetOptions): Promise<BlockFleet> {
  const families = referenceFamilies();
  const common = { binary: prometheus, promtool, runDirectory, families };
  const shardIndexes = Array.from({ length: shards }, (_, shard) => shard);
  const isWhole = (replica: string): boolean => secondIsWhole && replica === 'b';
  const replicas = await Promise.all(
    shardIndexes.flatMap((shard) =>
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
  );
  const reference = await startReferenceServer(common);
  const gateway = await startGateway({
    runDirectory,
    config: {
      shards: shardIndexes.map((shard) => ({
        name: `slave-${shard}`,
        labels: { slave: String(shard) },
        owns_labels: ownsLabels ? ['slave'] : [],
        static_configs: [{ targets: replicas.slice(2 * shard, 2 * shard + 2).map(({ address }) => address) }],
      })),
      query: { experimental_functions: true, ...query },
      aggregation_rules: aggregationRules,
    },
  });
  return {
    gateway,
    reference,
    replicas,
    async close() {
      await Promise.all([gateway.close(), reference.close(), ...replicas.map((replica) => replica.close())]);
    },
  };
}
