import { toGatewayError, toPlainError, type GatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { messageFor } from '../../model/tenant-message.ts';
import type { BlockSender } from '../../workers/block-channel.ts';
import { encodeValue } from '../encode/encode-value.ts';
import { statsJson } from '../encode/stats-json.ts';
import { createQueryTally } from '../query-tally.ts';
import { envelopeEnd, errorEnvelope } from '../encode/envelope.ts';
import { executeQuery, type Executed } from '../execute/execute-query.ts';
import type { QueryBlockMeta, QueryTask, QueryTaskResult } from './query-task.ts';
import { limitTime } from './limit-time.ts';
import type { QueryThread } from './query-thread.ts';
import { shardsOf } from './shards-of.ts';
import { slowOnce } from './slow-once.ts';
import { TextBlocks } from './text-blocks.ts';

type Sender = BlockSender<QueryBlockMeta, QueryTaskResult>;

/** Answers one query, errors included, as blocks of JSON; resolves with what was observed. */
export async function runQueryTask(thread: QueryThread, task: QueryTask, sender: Sender): Promise<QueryTaskResult> {
  const replicaErrors: { shard: string; replica: string; error: ReturnType<typeof toPlainError> }[] = [];
  const tally = createQueryTally();
  const startedMs = Date.now();
  let outcome: QueryTaskResult['outcome'] = 'success';
  const limit = limitTime(task.deadlineMs, sender.signal);
  try {
    const shards = shardsOf(thread, task, tally);
    const executed = await executeQuery(task.request, {
      config: thread.config,
      gate: thread.gateOf(task.request.tenant),
      rules: thread.rules,
      shards,
      tally,
      signal: limit.signal,
      now: () => Date.now(),
      onReplicaError: slowOnce(shards, (shard, replica, error) =>
        replicaErrors.push({ shard, replica, error: toPlainError(error) }),
      ),
    });
    const stats = mayHaveStats(thread, task.request)
      ? statsJson({ executed, tally, queueMs: startedMs - task.askedMs })
      : '';
    await writeAnswer(new TextBlocks(sender, 200), task, { executed, stats });
  } catch (error) {
    const { type, message } = toQueryError(error, task.request.tenant);
    outcome = type;
    const { status, text } = errorEnvelope(type, message);
    const blocks = new TextBlocks(sender, status);
    await blocks.write(text);
    await blocks.end();
  } finally {
    limit.clear();
  }
  return { replicaErrors, outcome, tally };
}

/** Samples that rules read are of all tenants. */
function mayHaveStats({ rules }: QueryThread, { wantsStats, tenant }: QueryTask['request']): boolean {
  return wantsStats && (tenant === undefined || rules.rules.length === 0);
}

async function writeAnswer(
  blocks: TextBlocks,
  { request }: QueryTask,
  { executed, stats }: { readonly executed: Executed; readonly stats: string },
): Promise<void> {
  const { grid, isInstant, limit } = request;
  const truncated: string[] = [];
  const onTruncated = (): void => void truncated.push('results truncated due to limit');
  await blocks.write('{"status":"success","data":');
  for (const piece of encodeValue(executed.value, { grid, isInstant, limit, onTruncated })) {
    if (!(await blocks.write(piece))) return;
  }
  const warnings = [...executed.warnings, ...truncated];
  await blocks.write(`${stats}}${envelopeEnd({ warnings, infos: executed.infos })}`);
  await blocks.end();
}

function toQueryError(error: unknown, tenant: string | undefined): QueryError {
  if (error instanceof QueryError) return error;
  const gatewayError: GatewayError = toGatewayError(error);
  const isTimeout = gatewayError.code === 'PG_UPSTREAM_TIMEOUT';
  return new QueryError(isTimeout ? 'timeout' : 'internal', messageFor(tenant, gatewayError), { cause: error });
}
