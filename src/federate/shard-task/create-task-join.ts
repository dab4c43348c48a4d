import type { KeepReplicas } from '../join/family-action.ts';
import type { ShardJoinOptions } from '../join/join-options.ts';
import { createShardJoin, type ShardJoin } from '../join/shard-join.ts';
import type { GivenView, ShardView } from '../../topology/shard-view.ts';
import type { ReplicaRead } from './replica-read.ts';
import type { ShardTask } from './shard-task.ts';
import { succession } from './succession.ts';
import type { ThreadResources } from './thread-resources.ts';

/** The join of a task's shard; `reads` that take part must be open, so that their external labels are known. */
export function createTaskJoin(
  resources: ThreadResources,
  task: ShardTask,
  reads: readonly ReplicaRead[],
  { family, onDecision }: Pick<ShardJoinOptions, 'family' | 'onDecision'>,
): ShardJoin {
  const { global, federation, deduplication, shards } = resources.config;
  const { labels, name } = shards[task.shard]!;
  const { view } = task;
  return createShardJoin({
    replicas: reads.map((read, index) => ({
      externalLabels: read.externalLabels ?? view.replicas[index]!.externalLabels,
      order: view.replicas[index]!.order,
      isStarted: read.isStarted,
    })),
    ...givenOf(view),
    leader: view.leader,
    succession: succession(task),
    maxFilledSeries: deduplication.maxFilledSeries,
    replicaLabels: global.replicaLabels,
    attachedLabels: { ...global.externalLabels, ...labels },
    shardLabels: labels,
    keepReplicas: task.dedup ? keptApart(resources) : 'all',
    timestamps: federation.timestamps,
    limits: federation.limits,
    expectation: expectationOf(task, deduplication.maxLeaderMissingRatio),
    sampleMask: resources.sampleMasks.start(name),
    kernel: resources.kernel,
    family,
    onDecision,
  });
}

function expectationOf({ view, avoided }: ShardTask, maxMissingRatio: number): ShardJoinOptions['expectation'] {
  if (view.expected === undefined) return undefined;
  const siblings = view.succession.filter((replica) => !avoided.includes(replica));
  return { families: view.expected.families, maxMissingRatio, siblings };
}

function givenOf(view: ShardView): GivenView {
  const { watermarkMs, frozenFamilies, newestGivenMs, givenFamilies, filled, ahead, frozenAhead, aheadFromMs } = view;
  return { watermarkMs, frozenFamilies, newestGivenMs, givenFamilies, filled, ahead, frozenAhead, aheadFromMs };
}

function keptApart({ config, perReplica }: ThreadResources): KeepReplicas {
  if (config.deduplication.perReplica.length === 0) return 'none';
  const keep = (name: string, labels: readonly string[]): boolean => perReplica.matches(name, labels);
  return Object.assign(keep, { matchesName: (name: string) => perReplica.matchesName(name) });
}
