import type { Config, ShardConfig } from '../config/config.ts';
import type { PlanShard } from '../promql/plan/plan-shard.ts';

/** A shard as planning and routing see it. */
export function toPlanShard(
  { name, labels, ownsLabels, replicas, hashmodIndex }: ShardConfig,
  { global, sharding }: Config,
): PlanShard {
  const rule = sharding.hashmod;
  return {
    name,
    labels: { ...global.externalLabels, ...labels },
    ownsLabels,
    replicas: replicas.length,
    ...(rule === undefined || hashmodIndex === undefined ? {} : { hashmod: { rule, index: hashmodIndex } }),
  };
}
