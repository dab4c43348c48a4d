import { startExporter, type Exporter, type ExporterTarget } from '../exporter/exporter.ts';
import { startPrometheus, type PrometheusServer, type RuleGroup } from '../process/prometheus.ts';

export interface FleetOptions {
  readonly binary: string;
  readonly runDirectory: string;
  readonly targets: readonly ExporterTarget[];
  readonly shards: number;
  readonly replicas: number;
  /** Recording rules of every shard replica; a function gets the shard's index. */
  readonly shardRules?: readonly RuleGroup[] | ((shard: number) => readonly RuleGroup[]);
  /** External labels of a shard, `replica` not among them. */
  readonly shardLabels?: (shard: number) => Readonly<Record<string, string>>;
  /** Rules of a reference server that scrapes every target of all shards; no such server without them. */
  readonly referenceRules?: readonly RuleGroup[];
  readonly scrapeInterval?: string;
  /** Instances that the first replica of their shard cannot reach, though the others can. */
  readonly outOfReach?: readonly string[];
}

export interface FleetShard {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: readonly PrometheusServer[];
}

export interface Fleet {
  readonly shards: readonly FleetShard[];
  readonly reference: PrometheusServer | undefined;
  readonly exporter: Exporter;
  /** The `shards:` part of a gateway configuration. */
  readonly gatewayShards: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

const replicaNames = ['a', 'b', 'c', 'd'];

/**
 * Starts shards of real Prometheus servers over one set of targets: each shard keeps the targets whose `instance` hashes
 * to it, each of its replicas scrapes them all.
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const exporter = await startExporter(options.targets);
  const shardIndexes = Array.from({ length: options.shards }, (_, shard) => shard);
  const [shards, reference] = await Promise.all([
    Promise.all(shardIndexes.map((shard) => startShard(options, exporter, shard))),
    startReference(options, exporter),
  ]);
  return {
    shards,
    reference,
    exporter,
    gatewayShards: shards.map((shard) => gatewayShard(shard, addressesOf(shard.replicas))),
    async close() {
      const servers = [...shards.flatMap((shard) => shard.replicas), ...(reference ? [reference] : [])];
      await Promise.all(servers.map((server) => server.close()));
      await exporter.close();
    },
  };
}

/** One entry of `shards:` in a gateway configuration; `targets`: the addresses that the gateway is told. */
export function gatewayShard(shard: FleetShard, targets: readonly string[]): Readonly<Record<string, unknown>> {
  return { name: shard.name, labels: shard.labels, static_configs: [{ targets }] };
}

export function addressesOf(servers: readonly { readonly address: string }[]): string[] {
  return servers.map(({ address }) => address);
}

async function startShard(options: FleetOptions, exporter: Exporter, shard: number): Promise<FleetShard> {
  const { binary, runDirectory, shardRules = [], shardLabels = (index) => ({ slave: String(index) }) } = options;
  const labels = shardLabels(shard);
  const rules = typeof shardRules === 'function' ? shardRules(shard) : shardRules;
  const names = replicaNames.slice(0, options.replicas);
  const replicas = await Promise.all(
    names.map((replica, index) => {
      const unreachable = index === 0 ? (options.outOfReach ?? []).map(sendNowhere) : [];
      const relabeling = [...hashmodRelabeling(options.shards, shard), ...unreachable];
      const config = {
        global: { ...intervals(options), external_labels: { ...labels, replica } },
        scrape_configs: [{ ...fleetScrape(exporter), relabel_configs: relabeling }],
      };
      return startPrometheus({ name: `slave-${shard}${replica}`, binary, runDirectory, config, rules });
    }),
  );
  return { name: `slave-${shard}`, labels, replicas };
}

function startReference(options: FleetOptions, exporter: Exporter): Promise<PrometheusServer> | undefined {
  const { binary, runDirectory, referenceRules } = options;
  if (referenceRules === undefined) return undefined;
  const config = { global: intervals(options), scrape_configs: [fleetScrape(exporter)] };
  return startPrometheus({ name: 'reference', binary, runDirectory, config, rules: referenceRules });
}

function intervals({ scrapeInterval = '1s' }: FleetOptions): Readonly<Record<string, string>> {
  return { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval, evaluation_interval: scrapeInterval };
}

/** A scrape configuration of every target of the exporter. */
export function fleetScrape(exporter: Exporter): Readonly<Record<string, unknown>> {
  return { job_name: 'fleet', static_configs: exporter.staticConfigs };
}

/** Keeps the targets of one shard, as the guides to horizontal sharding do it. */
function hashmodRelabeling(modulus: number, shard: number): readonly unknown[] {
  return [
    { source_labels: ['instance'], modulus, target_label: '__tmp_hash', action: 'hashmod' },
    { source_labels: ['__tmp_hash'], regex: String(shard), action: 'keep' },
  ];
}

/** Gives a target an address at which nothing listens. */
function sendNowhere(instance: string): unknown {
  const regex = instance.replaceAll('.', String.raw`\.`);
  return { source_labels: ['instance'], regex, target_label: '__address__', replacement: '127.0.0.1:1' };
}
