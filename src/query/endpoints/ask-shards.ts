import type { PartialResponse, ShardConfig } from '../../config/config.ts';
import { toGatewayError } from '../../model/errors.ts';
import { noShards } from '../../model/no-shards.ts';
import { messageFor } from '../../model/tenant-message.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { Shape } from '../replicas/answer-shapes.ts';
import { askEveryReplica, askOneReplica, type AskReplicasDeps, type Form } from './ask-replicas.ts';

export interface AskShardsDeps extends AskReplicasDeps {
  /** By shard: the replica to prefer. */
  readonly leaders: () => readonly number[];
}

export interface ShardQuestion<T> {
  readonly path: string;
  /** Of `data`: a replica that answers otherwise has failed. */
  readonly shape: Shape<T>;
  /** Whether every replica is asked, because each may know of series that the others lack, or one that answers. */
  readonly replicas: 'every' | 'one';
  /** What to ask a shard; undefined = nothing. */
  readonly formOf: (shard: ShardConfig) => Form | undefined;
  readonly partialResponse: PartialResponse;
  /** Who gets to read what failed. */
  readonly tenant: string | undefined;
  readonly signal: AbortSignal;
}

/** What one replica of a shard answered: `data` of the envelope. */
export interface ShardAnswer<T> {
  readonly shard: ShardConfig;
  readonly data: T;
}

export interface ShardAnswers<T> {
  /**
   * In the order of the shards in the configuration, where every replica was asked several for each; shards that were not
   * asked or did not answer are missing.
   */
  readonly answers: readonly ShardAnswer<T>[];
  /** Unique. Those of the shards, and those about shards that did not answer. */
  readonly warnings: readonly string[];
}

/**
 * Asks every shard.
 * @throws QueryError what a shard says against the request; `unavailable` where a shard does not answer and no partial
 * answer is wanted
 */
export async function askShards<T>(deps: AskShardsDeps, question: ShardQuestion<T>): Promise<ShardAnswers<T>> {
  if (deps.config.shards.length === 0) throw new QueryError('unavailable', noShards);
  const leaders = deps.leaders();
  const warnings = new Set<string>();
  const asked = deps.config.shards.map(async (shard, index): Promise<ShardAnswer<T>[]> => {
    const form = question.formOf(shard);
    if (form === undefined) return [];
    try {
      const ask = { shard, leader: leaders[index] ?? 0, form, question };
      const found = await (question.replicas === 'every' ? askEveryReplica(deps, ask) : askOneReplica(deps, ask));
      for (const warning of found.flatMap((one) => one.warnings)) warnings.add(warning);
      return found.map(({ data }) => ({ shard, data }));
    } catch (error) {
      if (error instanceof QueryError || question.signal.aborted) throw error;
      const message = messageFor(question.tenant, toGatewayError(error));
      if (question.partialResponse === 'abort') throw new QueryError('unavailable', message, { cause: error });
      warnings.add(`partial answer: ${message}`);
      return [];
    }
  });
  const answers = (await Promise.all(asked)).flat();
  return { answers, warnings: [...warnings] };
}
