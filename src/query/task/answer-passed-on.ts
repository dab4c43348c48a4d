import { GatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { PassedAnswer, PassingLimits } from '../passthrough/create-passthrough.ts';
import type { JsonAnswer, QueryRequest } from '../service.ts';
import type { AnswerContext } from './answer-context.ts';
import type { QueryTaskResult } from './query-task.ts';

/**
 * The answer of the one shard that a query is about, handed on; undefined where it has to be evaluated. The reads of the
 * shard keep to the deadline and the client's signal themselves.
 * @throws QueryError what the shard says against the query, or why its end was not waited for
 */
export async function answerPassedOn(
  request: QueryRequest,
  limits: Omit<PassingLimits, 'signal'>,
  context: AnswerContext,
): Promise<JsonAnswer | undefined> {
  try {
    const ask = context.deps.byOneShard(request);
    const passed = ask && (await ask({ ...limits, signal: context.signal }));
    return passed && { ...passed, status: 200, body: counted(passed, context) };
  } catch (error) {
    context.release();
    throw error;
  }
}

/** The body, whose end is told and gives the query's slot back. */
async function* counted(
  { body, tally }: PassedAnswer,
  { deps, kind, startedMs, release, signal }: AnswerContext,
): AsyncGenerator<Uint8Array, void> {
  let outcome: QueryTaskResult['outcome'] = 'canceled';
  try {
    yield* body;
    outcome = 'success';
  } catch (error) {
    if (!signal.aborted) outcome = outcomeOf(error);
    throw error;
  } finally {
    release();
    deps.onEnd({ kind, outcome, durationMs: performance.now() - startedMs, tally });
  }
}

function outcomeOf(error: unknown): QueryTaskResult['outcome'] {
  if (error instanceof QueryError) return error.type;
  return error instanceof GatewayError && error.code === 'PG_UPSTREAM_TIMEOUT' ? 'timeout' : 'internal';
}
