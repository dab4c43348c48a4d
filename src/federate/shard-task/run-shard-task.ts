import { threadId } from 'node:worker_threads';
import { toPlainError } from '../../model/errors.ts';
import type { SelectorSet } from '../../promql/selector/selector-set.ts';
import type { BlockBuffers } from '../../workers/block-buffers.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import { allocateBlockBuffers } from '../join/block-writer.ts';
import { createShardAggregation } from '../rules/shard-aggregation.ts';
import { createReads } from './create-reads.ts';
import { createTaskRun } from './create-task-run.ts';
import { createFamilyActions } from './family-actions.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from './shard-task.ts';
import { summariseTask } from './summarise-task.ts';
import type { ThreadResources } from './thread-resources.ts';

const BLOCK_BYTES = 192 * 1024;

export const allocateBuffers = (): BlockBuffers => allocateBlockBuffers(BLOCK_BYTES);

/** Reads, joins and aggregates one shard, sending its blocks as they fill; resolves with what was observed. */
export async function runShardTask(
  resources: ThreadResources,
  task: ShardTask,
  sender: BlockSender<BlockMeta, ShardTaskResult>,
): Promise<ShardTaskResult> {
  const { rules, sources, config } = resources;
  const aggregation = task.evaluateRules
    ? createShardAggregation(rules, { maxGroupsPerRule: config.federation.limits.maxGroupsPerRule })
    : undefined;
  const selectors = (): SelectorSet => resources.selectorSetOf(task.clientSelectors);
  const family = createFamilyActions({ rules, sources, aggregation, selectors, filterLines: task.filterLines });
  const reads = createReads(resources, task);
  const names = config.shards[task.shard]!.replicas.map(({ name }) => name);
  const run = createTaskRun(resources, task, { reads, names, sender, family });
  const end = { task, reads, names, aggregation, thread: threadId };
  try {
    const join = await run.run();
    const result = summariseTask({ ...end, join });
    if (join !== undefined) rememberSample(resources, task, join.sampleMask, result);
    return result;
  } catch (error) {
    // Not a replica's fault, such as a rule with too many groups: the shard fails, the thread goes on.
    return { ...summariseTask({ ...end, join: undefined }), error: toPlainError(error) };
  }
}

function rememberSample(
  { config, sampleMasks }: ThreadResources,
  task: ShardTask,
  mask: number,
  { outcome }: ShardTaskResult,
): void {
  sampleMasks.ended(config.shards[task.shard]!.name, mask, outcome.sampled.labels.length);
}
