import { QueryError } from '../../promql/engine/query-error.ts';
import type { PassedAnswer } from '../passthrough/create-passthrough.ts';
import type { JsonAnswer } from '../service.ts';
import { limitTime } from './limit-time.ts';
import type { AnswerContext } from './answer-context.ts';
import { kindOf, type QueryTask, type QueryTaskResult } from './query-task.ts';

/**
 * The answer of the one shard that a query is about, handed on; undefined where it has to be evaluated.
 * @throws QueryError what the shard says against the query, or why its end was not waited for
 */
export async function answerPassedOn(task: QueryTask, context: AnswerContext): Promise<JsonAnswer | undefined> {
  const limit = limitTime(task.deadlineMs, context.signal);
  try {
    const passed = await context.deps.byOneShard(task, limit.signal);
    if (passed === undefined) limit.clear();
    else return { ...passed, status: 200, body: counted(passed, task, { ...context, clear: () => limit.clear() }) };
  } catch (error) {
    limit.clear();
    context.release();
    throw error;
  }
  return undefined;
}

/** The body, whose end is told and gives the query's slot back. */
async function* counted(
  { body, tally }: PassedAnswer,
  task: QueryTask,
  { deps, startedMs, release, signal, clear }: AnswerContext & { readonly clear: () => void },
): AsyncGenerator<Uint8Array, void> {
  let ended: QueryTaskResult['outcome'] = 'canceled';
  try {
    yield* body;
    ended = 'success';
  } catch (error) {
    if (!signal.aborted) ended = error instanceof QueryError ? error.type : 'internal';
    throw error;
  } finally {
    clear();
    release();
    deps.onEnd({ kind: kindOf(task), outcome: ended, durationMs: performance.now() - startedMs, tally });
  }
}
