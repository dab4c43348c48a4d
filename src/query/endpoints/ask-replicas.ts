import type { Config, ShardConfig } from '../../config/config.ts';
import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { UpstreamPools } from '../../upstream/upstream-pools.ts';
import { upstreamTarget } from '../../upstream/upstream-target.ts';
import { parseEnvelope } from '../replicas/api-envelope.ts';
import { reportFailed } from '../replicas/first-replica.ts';
import { firstSuccess } from '../replicas/first-success.ts';
import { orLate } from '../replicas/or-late.ts';
import { readingAnswer } from '../replicas/reading-answer.ts';
import { readText } from '../replicas/read-text.ts';
import { shardUnavailable } from '../replicas/shard-unavailable.ts';
import type { Shape } from '../replicas/answer-shapes.ts';

export type Form = readonly (readonly [name: string, value: string])[];

export interface AskReplicasDeps {
  readonly config: Config;
  readonly pools: UpstreamPools;
  /** Unix ms. */
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

export interface ReplicasAsk<T> {
  readonly shard: ShardConfig;
  /** Index of the replica to prefer. */
  readonly leader: number;
  readonly form: Form;
  readonly question: { readonly path: string; readonly shape: Shape<T>; readonly signal: AbortSignal };
}

/** `data` in the shape that was asked for. */
export interface ReplicaData<T> {
  readonly data: T;
  readonly warnings: readonly string[];
}

/**
 * The leader's answer, or that of the first sibling that is asked because the leader failed or takes too long.
 * @throws QueryError what a replica says against the request; GatewayError `PG_SHARD_UNAVAILABLE` where none answers
 */
export async function askOneReplica<T>(deps: AskReplicasDeps, ask: ReplicasAsk<T>): Promise<readonly [ReplicaData<T>]> {
  const { shard, leader, question } = ask;
  if (shard.replicas.length === 0) throw shardUnavailable(shard.name, []);
  const others = [...shard.replicas.keys()].filter((index) => index !== leader);
  const order = [leader, ...others];
  const outcome = await firstSuccess(
    order.map((index) => (signal: AbortSignal) => askReplica(deps, ask, { index, signal })),
    {
      delayMs: deps.config.query.minHedgeDelayMs,
      signal: question.signal,
      isFinal: (error) => error instanceof QueryError,
    },
  );
  const asked = order.map((index) => shard.replicas[index]!);
  reportFailed(outcome, asked, (replica, error) => deps.onReplicaError(shard.name, replica, error));
  if ('value' in outcome) return [outcome.value];
  throw shardUnavailable(shard.name, outcome.errors);
}

/**
 * What all replicas answer that answer within the hedge delay of the first, in the order of the configuration; at least one.
 * @throws QueryError what a replica says against the request; GatewayError `PG_SHARD_UNAVAILABLE` where none answers
 */
export async function askEveryReplica<T>(
  deps: AskReplicasDeps,
  ask: ReplicasAsk<T>,
): Promise<readonly ReplicaData<T>[]> {
  const controller = new AbortController();
  const signal = AbortSignal.any([ask.question.signal, controller.signal]);
  const asked = ask.shard.replicas.map((_, index) => askReplica(deps, ask, { index, signal }));
  reportLater(deps, ask, { asked, signal });
  try {
    await Promise.any(asked);
    const answers = asked.map((answer) => answer.catch(() => undefined));
    const settled = await Promise.all(answers.map((answer) => orLate(answer, deps.config.query.minHedgeDelayMs)));
    return settled.filter((envelope) => envelope !== undefined);
  } catch (error) {
    ask.question.signal.throwIfAborted();
    const errors = (error as AggregateError).errors as readonly unknown[];
    throw errors.find((one) => one instanceof QueryError) ?? shardUnavailable(ask.shard.name, errors);
  } finally {
    controller.abort(new GatewayError('PG_UPSTREAM_CLOSED', 'the other replicas have answered'));
  }
}

/** Tells of those that fail before the answer is decided. */
function reportLater(
  { onReplicaError }: AskReplicasDeps,
  { shard }: ReplicasAsk<unknown>,
  { asked, signal }: { readonly asked: readonly Promise<unknown>[]; readonly signal: AbortSignal },
): void {
  for (const [index, answer] of asked.entries()) {
    answer.catch((error: unknown) => {
      const isDecided = signal.aborted || error instanceof QueryError;
      if (!isDecided) onReplicaError(shard.name, shard.replicas[index]!.name, toGatewayError(error));
    });
  }
}

async function askReplica<T>(
  { config, pools, now }: AskReplicasDeps,
  { shard, form, question }: ReplicasAsk<T>,
  { index, signal }: { readonly index: number; readonly signal: AbortSignal },
): Promise<ReplicaData<T>> {
  const replica = shard.replicas[index]!;
  const response = await pools.openApi(upstreamTarget(shard, replica), {
    path: question.path,
    form,
    method: 'GET',
    deadlineMs: now() + config.global.queryTimeoutMs,
    signal,
  });
  const text = await readText(response.body, replica.name, config.query.limits.maxUpstreamBytes);
  const { data, warnings = [] } = parseEnvelope(text, replica.name);
  return { data: readingAnswer(replica.name, () => question.shape(data)), warnings };
}
