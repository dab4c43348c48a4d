import { startGateway, type GatewayServer } from '../../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../../servers/process/prometheus.ts';
import { startBlockServer } from './block-server.ts';
import { referenceFamilies, shards } from './reference-data.ts';

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
  readonly aggregationRules?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Three shards of two replicas, the first with holes, behind a gateway, and one server that holds everything, with the
 * shard's label as a label of each series.
 */
export async function startBlockFleet({
  prometheus,
  promtool,
  runDirectory,
  query,
  ownsLabels = false,
  aggregationRules = [],
}: BlockFleetOptions): Promise<BlockFleet> {
  const families = referenceFamilies();
  const common = { binary: prometheus, promtool, runDirectory, families };
  const shardIndexes = Array.from({ length: shards }, (_, shard) => shard);
  const replicas = await Promise.all(
    shardIndexes.flatMap((shard) =>
      ['a', 'b'].map((replica) =>
        startBlockServer({
          ...common,
          name: `slave-${shard}${replica}`,
          externalLabels: { slave: String(shard), replica },
          labelsOf: (series) => (series.shard === shard ? series.labels : undefined),
          // A share of the first replica's samples, scattered and in one run.
          isHole: (_series, i) => replica === 'a' && (i % 17 === 5 || (i > 300 && i < 320)),
        }),
      ),
    ),
  );
  const reference = await startBlockServer({
    ...common,
    name: 'reference',
    externalLabels: {},
    labelsOf: ({ labels, shard }) => ({ ...labels, slave: String(shard) }),
  });
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
