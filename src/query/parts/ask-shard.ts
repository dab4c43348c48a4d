import { type GatewayError, toGatewayError } from '../../model/errors.ts';
import { labelValue } from '../../model/label-set.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import type { PartShard } from '../../promql/plan/query-plan.ts';
import { STRANGERS_LABEL } from '../../promql/plan/strangers.ts';
import { askFirstReplica } from '../replicas/first-replica.ts';
import { LossyAnswer } from '../replicas/parse-answer.ts';
import { orLate } from '../replicas/or-late.ts';
import type { ReplicaAnswer, ReplicaQuery } from '../replicas/replica-client.ts';
import { slowReplica } from '../replicas/slow-replica.ts';
import type { QueryShard } from '../source/query-shard.ts';
import { replicasAgree } from './agree.ts';

export type AskOptions = Omit<ReplicaQuery, 'text'> & {
  readonly signal: AbortSignal;
  readonly onReplicaError: (replica: string, error: GatewayError) => void;
  readonly onSamples?: (samples: number) => void;
};

const lateAudit = 'a sibling has answered an audit earlier by more than the hedge delay';

/** A part that has to be evaluated here: why. */
export class NotPushable extends Error {}

/**
 * The answers of one shard to the texts of a part, from one replica.
 * @throws NotPushable where replicas differ, or where the answer says more than can be combined
 * @throws GatewayError `PG_SHARD_UNAVAILABLE` where no replica answered; QueryError what the shard says against the query
 */
export async function askShard(
  shard: QueryShard,
  { texts, audits, tellsStrangers }: PartShard,
  options: AskOptions,
): Promise<readonly SeriesBlock[]> {
  const agreement = audits.length === 0 ? undefined : auditReplicas(shard, audits, options);
  // Its failure is looked at later, or not at all.
  agreement?.catch(() => undefined);
  const answers = await askFirstReplica(shard, options, (replica, signal) =>
    Promise.all(texts.map((text) => replica.query({ ...options, text }, signal))),
  ).catch((error: unknown) => {
    throw error instanceof LossyAnswer ? new NotPushable(error.message) : error;
  });
  await agreement;
  for (const { samples } of answers) options.onSamples?.(samples);
  for (const { warnings, infos } of answers) {
    if (warnings.length + infos.length > 0) throw new NotPushable('the shard has something to say about it');
  }
  if (
    tellsStrangers === true &&
    answers[0]!.block.labels.some((labels) => labelValue(labels, STRANGERS_LABEL) !== '')
  ) {
    throw new NotPushable(`series of shard ${shard.name} have a label of their own that tells shards apart`);
  }
  return answers.map(({ block }) => block);
}

/** @throws NotPushable unless all replicas that answer within the hedge delay of the first hold the same */
export async function auditReplicas(
  shard: QueryShard,
  audits: PartShard['audits'],
  options: Pick<AskOptions, 'grid' | 'isInstant' | 'lookbackDeltaMs' | 'signal' | 'onReplicaError'>,
): Promise<void> {
  const { replicas } = shard;
  const found = replicas.map((replica) =>
    Promise.all(audits.map(({ text }) => replica.query({ ...options, text, wantsStats: false }, options.signal))).catch(
      (error: unknown) => toGatewayError(error),
    ),
  );
  await Promise.race(found);
  const settled = await Promise.all(found.map((answer) => orLate(answer, shard.hedgeDelayMs)));
  for (const [i, { name }] of replicas.entries()) {
    if (settled[i] === undefined) options.onReplicaError(name, slowReplica(name, lateAudit));
  }
  const answers = settled.filter((answer): answer is ReplicaAnswer[] => Array.isArray(answer));
  for (const answer of answers.slice(1)) {
    const agrees = answer.every(({ block }, i) => replicasAgree(answers[0]![i]!.block, block, audits[i]!));
    if (!agrees) throw new NotPushable(`the replicas of shard ${shard.name} do not hold the same samples`);
  }
}
