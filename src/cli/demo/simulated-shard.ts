import { compareUtf8 } from '../../model/compare-utf8.ts';
import { compareLabelSets } from '../../model/label-set.ts';
import { recordedSeries, type ShardInstances } from './recorded-series.ts';
import { scrapedSeries } from './scraped-series.ts';
import type { SimulatedSeries } from './simulated-series.ts';

const INSTANCES_PER_JOB = { api: 12, node: 9, db: 6 } as const;

/**
 * What one of `shards` shards scrapes and records: sorted by metric name, then by labels, as a Prometheus server gives
 * it out; label sets unique. The shards divide the same fleet among themselves.
 */
export function simulatedShard(shard: number, shards: number): SimulatedSeries[] {
  const instances: ShardInstances = {
    api: ownInstances('api', shard, shards),
    node: ownInstances('node', shard, shards),
    db: ownInstances('db', shard, shards),
  };
  const scraped = Object.entries(instances).flatMap(([job, names]) => {
    return names.flatMap((instance) => scrapedSeries(job, instance));
  });
  return [...scraped, ...recordedSeries(instances)].sort(
    (a, b) => compareUtf8(a.name, b.name) || compareLabelSets(a.labels, b.labels),
  );
}

function ownInstances(job: keyof typeof INSTANCES_PER_JOB, shard: number, shards: number): string[] {
  const all = Array.from({ length: INSTANCES_PER_JOB[job] }, (_, i) => i);
  return all.filter((i) => i % shards === shard).map((i) => `${job}-${i}:9100`);
}
