import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import { encodeReadResponse } from '../../remote/encode-read-response.ts';
import type { ReadQuery } from '../../remote/read-request.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import { openGate } from '../gate.ts';
import { createFleetSource } from '../source/fleet-source.ts';
import { ByteBlocks } from './byte-blocks.ts';
import { limitTime } from './limit-time.ts';
import type { QueryBlockMeta, QueryTaskResult, ReadTask } from './query-task.ts';
import type { QueryThread } from './query-thread.ts';
import { shardsOf } from './shards-of.ts';

const noHints = { stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false };

/** Answers a remote read over all shards with a block of samples; errors are plain text, as Prometheus has them. */
export async function runReadTask(
  thread: QueryThread,
  task: ReadTask,
  sender: BlockSender<QueryBlockMeta, QueryTaskResult>,
): Promise<QueryTaskResult> {
  const limit = limitTime(task.deadlineMs, sender.signal);
  try {
    const results: RawSeries[][] = [];
    const budget = { samples: thread.config.query.limits.maxSamples };
    for (const query of task.queries) results.push(await readAll(thread, { task, query, budget }, limit.signal));
    await new ByteBlocks(sender, 200).write(encodeReadResponse(results));
  } catch (error) {
    const isClientFault = error instanceof QueryError && error.type === 'bad_data';
    await new ByteBlocks(sender, isClientFault ? 400 : 503).write(Buffer.from(`${toGatewayError(error).message}\n`));
  } finally {
    limit.clear();
  }
  return { replicaErrors: [], samples: 0 };
}

interface Read {
  readonly task: ReadTask;
  readonly query: ReadQuery;
  /** Samples that may still be read; shared by the queries of a request. */
  readonly budget: { samples: number };
}

async function readAll(thread: QueryThread, { task, query, budget }: Read, signal: AbortSignal): Promise<RawSeries[]> {
  const { replicaLabels } = thread.config.global;
  const shards = shardsOf(thread, task);
  const source = createFleetSource({
    shards,
    gate: openGate,
    replicaLabels,
    route: (matchers, shard) =>
      routeSelector(matchers, { ...shards[shard]!, replicas: shards[shard]!.replicas.length }, replicaLabels),
    fetched: () => {
      throw new GatewayError('PG_INTERNAL', 'a remote read has no parts');
    },
    onReplicaError: () => undefined,
    // Its clients cannot be told of a partial answer.
    onShardError: (_shard, error) => {
      throw error;
    },
  });
  const request = {
    matchers: query.matchers.map(({ name, operator, value }) => compile(name, operator, value)),
    startMs: query.startMs,
    endMs: query.endMs,
    hints: noHints,
  };
  const found: RawSeries[] = [];
  for await (const batch of source.select(request, signal)) {
    for (const series of batch) budget.samples -= series.values.length;
    if (budget.samples < 0) {
      throw new QueryError('bad_data', `exceeded sample limit (${thread.config.query.limits.maxSamples})`);
    }
    found.push(...batch);
  }
  return found;
}

function compile(...matcher: Parameters<typeof createMatcher>): ReturnType<typeof createMatcher> {
  try {
    return createMatcher(...matcher);
  } catch (error) {
    throw new QueryError('bad_data', (error as Error).message, { cause: error });
  }
}
