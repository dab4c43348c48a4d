import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBlockServer, startReferenceServer } from '../../test/conformance/query/block-server.ts';
import type { DataFamily } from '../../test/conformance/query/reference-data.ts';
import { findServers } from '../../test/servers/binaries/find-servers.ts';
import { startGateway, type GatewayServer } from '../../test/servers/process/gateway-process.ts';
import type { PrometheusServer } from '../../test/servers/process/prometheus.ts';
import { removeRunDirectory } from '../../test/servers/process/run-directory.ts';

const shardCount = 4;
export const startSeconds = 1_699_999_200;

export interface QueryFleet {
  readonly gateway: GatewayServer;
  readonly reference: PrometheusServer;
  readonly shards: readonly PrometheusServer[];
  close(): Promise<void>;
}

export interface QueryFleetSize {
  readonly series: number;
  /** Of each series. */
  readonly samples: number;
  readonly intervalSeconds: number;
}

/** Shards of one replica each behind a gateway, beside one server that holds everything. */
export async function startQueryFleet(size: QueryFleetSize): Promise<QueryFleet> {
  const servers = await findServers({ environment: process.env, progress: () => undefined });
  const { prometheus, promtool } = servers;
  if ('missing' in prometheus || 'missing' in promtool) throw new Error('no Prometheus and promtool to be had');
  const runDirectory = await mkdtemp(join(tmpdir(), 'promgate-bench-'));
  const families = [counters(size)];
  const common = { binary: prometheus.path, promtool: promtool.path, runDirectory, families };
  const shards = await Promise.all(
    Array.from({ length: shardCount }, (_, shard) =>
      startBlockServer({
        ...common,
        name: `shard-${shard}`,
        externalLabels: { slave: String(shard) },
        labelsOf: (series) => (series.shard === shard ? series.labels : undefined),
      }),
    ),
  );
  const reference = await startReferenceServer(common);
  const gateway = await startGateway({
    runDirectory,
    config: {
      shards: shards.map(({ address }, shard) => ({
        name: `shard-${shard}`,
        labels: { slave: String(shard) },
        owns_labels: ['slave'],
        static_configs: [{ targets: [address] }],
      })),
    },
  });
  return {
    gateway,
    reference,
    shards,
    async close() {
      await Promise.all([gateway.close(), reference.close(), ...shards.map((shard) => shard.close())]);
      await removeRunDirectory(runDirectory);
    },
  };
}

/** Samples are made whenever they are read: a million series need not be held. */
function counters(size: QueryFleetSize): DataFamily {
  const series = Array.from({ length: size.series }, (_, i) => ({
    labels: { instance: `host-${i % 500}:9100`, job: `job-${i % 10}`, path: `/${Math.floor(i / 500)}` },
    suffix: '_total',
    shard: i % shardCount,
    get samples() {
      const valueAt = (k: number): number => 100 * i + k * ((i % 7) + 1);
      return Array.from(
        { length: size.samples },
        (__, k) => [startSeconds + k * size.intervalSeconds, valueAt(k)] as const,
      );
    },
  }));
  return { name: 'requests', type: 'counter', series };
}
