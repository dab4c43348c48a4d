import { GatewayError, toGatewayError, toPlainError } from '../../model/errors.ts';
import { compareLabelSets } from '../../model/label-set.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';
import { messageFor } from '../../model/tenant-message.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { QueryError, type QueryErrorType } from '../../promql/engine/query-error.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import { compileRegexMatcher, maxRepeatedSize, type RegexpBudget } from '../../promql/selector/compile-matcher.ts';
import { encodeChunkedSeries } from '../../remote/encode-chunked-series.ts';
import { encodeReadResponse } from '../../remote/encode-read-response.ts';
import type { ReadQuery } from '../../remote/read-request.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import { statusOf } from '../encode/envelope.ts';
import { createQueryTally, type QueryTally } from '../query-tally.ts';
import { createFleetSource } from '../source/fleet-source.ts';
import { ByteBlocks } from './byte-blocks.ts';
import { limitTime } from './limit-time.ts';
import type { QueryBlockMeta, QueryTaskResult, ReadTask } from './query-task.ts';
import type { QueryThread } from './query-thread.ts';
import { shardsOf } from './shards-of.ts';
import { slowOnce } from './slow-once.ts';

const noHints = { stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false };

/** Answers a remote read over all shards; errors are plain text, as Prometheus has them. */
export async function runReadTask(
  thread: QueryThread,
  task: ReadTask,
  sender: BlockSender<QueryBlockMeta, QueryTaskResult>,
): Promise<QueryTaskResult> {
  const replicaErrors: ReplicaErrors = [];
  const tally = createQueryTally();
  let outcome: 'success' | QueryErrorType = 'success';
  const limit = limitTime(task.deadlineMs, sender.signal);
  try {
    const results: RawSeries[][] = [];
    const shards = shardsOf(thread, task, tally);
    const budget = { samples: thread.config.query.limits.maxSamples, size: maxRepeatedSize };
    for (const query of task.queries) {
      results.push(await readAll(thread, { task, query, shards, budget, tally, replicaErrors }, limit.signal));
    }
    const blocks = new ByteBlocks(sender, 200);
    if (task.format === 'samples') await blocks.write(encodeReadResponse(results));
    else await blocks.writeAll(framesOf(results));
  } catch (error) {
    outcome = error instanceof QueryError ? error.type : 'unavailable';
    const message = error instanceof QueryError ? error.message : messageFor(task.tenant, toGatewayError(error));
    await new ByteBlocks(sender, statusOf[outcome]).write(Buffer.from(`${message}\n`));
  } finally {
    limit.clear();
  }
  return { replicaErrors, outcome, tally };
}

function* framesOf(results: readonly (readonly RawSeries[])[]): Generator<Uint8Array, void> {
  for (const [index, series] of results.entries()) for (const one of series) yield* encodeChunkedSeries(one, index);
}

type ReplicaErrors = QueryTaskResult['replicaErrors'][number][];

interface Read {
  readonly task: ReadTask;
  readonly query: ReadQuery;
  readonly shards: ReturnType<typeof shardsOf>;
  /** Samples that may still be read, and what is left for regular expressions; shared by the queries of a request. */
  readonly budget: RegexpBudget & { samples: number };
  readonly tally: QueryTally;
  /** Is added to. */
  readonly replicaErrors: ReplicaErrors;
}

async function readAll(
  thread: QueryThread,
  { task, query, shards, budget, tally, replicaErrors }: Read,
  signal: AbortSignal,
): Promise<RawSeries[]> {
  const { replicaLabels } = thread.config.global;
  const source = createFleetSource({
    shards,
    gate: thread.gateOf(task.tenant),
    replicaLabels,
    route: (matchers, shard) => routeSelector(matchers, shards[shard]!.plan, replicaLabels),
    fetched: () => {
      throw new GatewayError('PG_INTERNAL', 'a remote read has no parts');
    },
    onReplicaError: slowOnce(shards, (shard, replica, error) =>
      replicaErrors.push({ shard, replica, error: toPlainError(error) }),
    ),
    // Its clients cannot be told of a partial answer.
    onShardError: (_shard, error) => {
      throw error;
    },
  });
  const request = {
    matchers: query.matchers.map((matcher) => compile(matcher, budget)),
    startMs: query.startMs,
    endMs: query.endMs,
    hints: noHints,
  };
  const found: RawSeries[] = [];
  for await (const batch of source.select(request, signal)) {
    for (const { values } of batch) {
      budget.samples -= values.length;
      tally.samplesRead += values.length;
    }
    if (budget.samples < 0) {
      throw new QueryError('bad_data', `exceeded sample limit (${thread.config.query.limits.maxSamples})`);
    }
    found.push(...batch);
  }
  // As one server gives them: the shards' labels, attached here, may have come between others.
  return found.sort((a, b) => compareLabelSets(a.labels, b.labels));
}

/** @throws QueryError `bad_data` in Prometheus' words, which calls it its own fault (500) */
function compile(asked: ReadQuery['matchers'][number], budget: RegexpBudget): Matcher {
  const { name, operator, value } = asked;
  if (operator === '=' || operator === '!=') return createMatcher(name, operator, value);
  const matcher = compileRegexMatcher(asked, budget);
  if ('problem' in matcher) throw new QueryError('bad_data', matcher.problem);
  return matcher;
}
