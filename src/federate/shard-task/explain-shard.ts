import type { BlockSender } from '../../workers/block-channel.ts';
import type { SeriesDecision } from '../join/series-decision.ts';
import { createReads } from './create-reads.ts';
import { createTaskRun } from './create-task-run.ts';
import { createFamilyActions } from './family-actions.ts';
import { limitBytes } from './limit-bytes.ts';
import { allocateBuffers } from './run-shard-task.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from './shard-task.ts';
import { summariseTask } from './summarise-task.ts';
import type { ThreadResources } from './thread-resources.ts';

export interface ExplainLimits {
  readonly maxSeries: number;
  /** Of exposition, over all replicas. */
  readonly maxBytes: number;
}

export interface ExplainedShard {
  /** Series in the order in which they leave. */
  readonly decisions: readonly SeriesDecision[];
  /** Whether the read was given up at a limit; `result` then tells of a part. */
  readonly isTruncated: boolean;
  readonly result: ShardTaskResult;
}

/** Reads and joins one shard as a task would, for what is decided about each series; the series themselves are thrown away. */
export async function explainShard(
  resources: ThreadResources,
  task: ShardTask,
  { maxSeries, maxBytes, signal }: ExplainLimits & { readonly signal: AbortSignal },
): Promise<ExplainedShard> {
  const stopped = new AbortController();
  const decisions: SeriesDecision[] = [];
  const onDecision = (decision: SeriesDecision): void => {
    if (decisions.length < maxSeries) decisions.push(decision);
    else stopped.abort();
  };
  const pools = limitBytes(resources.pools, maxBytes, () => stopped.abort());
  const reads = createReads({ ...resources, pools }, task);
  const names = resources.config.shards[task.shard]!.replicas.map(({ name }) => name);
  // Without an aggregation every line is held against what the client asked for, sources of rules too.
  const selectors = (): ReturnType<ThreadResources['selectorSetOf']> => resources.selectorSetOf(task.clientSelectors);
  const family = createFamilyActions({ ...resources, aggregation: undefined, selectors, filterLines: true });
  const sender = createDiscard(AbortSignal.any([signal, stopped.signal]));
  const run = createTaskRun(resources, task, { reads, names, sender, family, onDecision });
  const join = await run.run();
  const result = summariseTask({ task, reads, names, join, aggregation: undefined, thread: 0 });
  return { decisions, isTruncated: stopped.signal.aborted, result };
}

/** Takes blocks and throws them away. */
function createDiscard(signal: AbortSignal): BlockSender<BlockMeta, ShardTaskResult> {
  const buffers = allocateBuffers();
  return {
    signal,
    acquire: async () => buffers,
    send: () => undefined,
    sendLast: () => undefined,
    release: () => undefined,
    end: () => undefined,
  };
}
