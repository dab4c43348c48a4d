import { GatewayError } from '../../model/errors.ts';
import type { JsonAnswer } from '../service.ts';
import type { AnswerContext, QueryPool } from './answer-context.ts';
import type { QueryTask, QueryTaskResult, ReadTask } from './query-task.ts';

type Running = ReturnType<QueryPool['start']>;
type Message = Awaited<ReturnType<Running['next']>>;

/** Hands a query to a worker thread and its answer back, block by block. @throws GatewayError where there is no answer */
export async function answerOnThread(
  task: QueryTask | ReadTask,
  { deps, kind, signal, startedMs, release }: AnswerContext,
): Promise<JsonAnswer> {
  const running = deps.pool.start(task);
  void running.ended.finally(release);
  const onAbort = (): void => running.abort();
  signal.addEventListener('abort', onAbort);
  const done = (result: QueryTaskResult | undefined): void => {
    signal.removeEventListener('abort', onAbort);
    if (result === undefined) running.abort();
    reportReplicas(result, deps);
    const durationMs = performance.now() - startedMs;
    deps.onEnd({ kind, outcome: result?.outcome ?? 'canceled', durationMs, tally: result?.tally });
  };
  try {
    const first = await running.next();
    if (first.kind === 'end') throw new GatewayError('PG_CLIENT_GONE', 'the client closed the connection');
    return { status: first.meta.status, body: bodyOf(first, running, done) };
  } catch (error) {
    signal.removeEventListener('abort', onAbort);
    throw error;
  }
}

async function* bodyOf(
  first: Message,
  running: Running,
  done: (result: QueryTaskResult | undefined) => void,
): AsyncGenerator<Uint8Array, void> {
  let result: QueryTaskResult | undefined;
  try {
    for (let message = first; ; message = await running.next()) {
      if (message.kind === 'end') {
        result = message.result;
        return;
      }
      yield new Uint8Array(message.buffers.bytes, 0, message.meta.length);
      running.recycle(message.buffers);
    }
  } finally {
    done(result);
  }
}

function reportReplicas(
  result: QueryTaskResult | undefined,
  { onReplicaError }: Pick<AnswerContext['deps'], 'onReplicaError'>,
): void {
  for (const { shard, replica, error } of result?.replicaErrors ?? []) {
    onReplicaError(shard, replica, new GatewayError(error.code, error.message, { details: error.details }));
  }
}
