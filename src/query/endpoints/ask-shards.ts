import type { Config, PartialResponse, ShardConfig } from '../../config/config.ts';
import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { parseEnvelope, type ApiEnvelope } from '../replicas/api-envelope.ts';
import { firstSuccess } from '../replicas/first-success.ts';
import { readText } from '../replicas/read-text.ts';
import type { UpstreamPools } from '../../upstream/upstream-pools.ts';

export type Form = readonly (readonly [name: string, value: string])[];

export interface AskShardsDeps {
  readonly config: Config;
  readonly pools: UpstreamPools;
  /** By shard: the replica to prefer. */
  readonly leaders: () => readonly number[];
  /** Unix ms. */
  readonly now: () => number;
}

export interface ShardQuestion {
  readonly path: string;
  /** What to ask a shard; undefined = nothing. */
  readonly formOf: (shard: ShardConfig) => Form | undefined;
  readonly partialResponse: PartialResponse;
  readonly signal: AbortSignal;
}

/** What one shard answered: `data` of the envelope. */
export interface ShardAnswer {
  readonly shard: ShardConfig;
  readonly data: unknown;
}

export interface ShardAnswers {
  /** In the order of the configuration; shards that were not asked or did not answer are missing. */
  readonly answers: readonly ShardAnswer[];
  /** Unique. Those of the shards, and those about shards that did not answer. */
  readonly warnings: readonly string[];
}

/**
 * Asks one replica of every shard.
 * @throws QueryError what a shard says against the request; `unavailable` where a shard does not answer and no partial
 * answer is wanted
 */
export async function askShards(deps: AskShardsDeps, question: ShardQuestion): Promise<ShardAnswers> {
  const leaders = deps.leaders();
  const warnings = new Set<string>();
  const asked = deps.config.shards.map(async (shard, index): Promise<ShardAnswer | undefined> => {
    const form = question.formOf(shard);
    if (form === undefined) return undefined;
    try {
      const envelope = await askShard(deps, { shard, leader: leaders[index] ?? 0, form, question });
      for (const warning of envelope.warnings ?? []) warnings.add(warning);
      return { shard, data: envelope.data };
    } catch (error) {
      if (error instanceof QueryError || question.signal.aborted) throw error;
      const { message } = toGatewayError(error);
      if (question.partialResponse === 'abort') throw new QueryError('unavailable', message, { cause: error });
      warnings.add(`partial answer: ${message}`);
      return undefined;
    }
  });
  const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined);
  return { answers, warnings: [...warnings] };
}

interface ShardAsk {
  readonly shard: ShardConfig;
  readonly leader: number;
  readonly form: Form;
  readonly question: ShardQuestion;
}

/** The leader's answer, or that of the first sibling that is asked because the leader failed or takes too long. */
async function askShard(deps: AskShardsDeps, ask: ShardAsk): Promise<ApiEnvelope> {
  const { shard, leader, question } = ask;
  const others = [...shard.replicas.keys()].filter((index) => index !== leader);
  const outcome = await firstSuccess(
    [leader, ...others].map((index) => (signal: AbortSignal) => askReplica(deps, { ...ask, signal }, index)),
    {
      delayMs: deps.config.query.minHedgeDelayMs,
      signal: question.signal,
      isFinal: (error) => error instanceof QueryError,
    },
  );
  if ('value' in outcome) return outcome.value;
  const reasons = outcome.errors.map((error) => toGatewayError(error).message).join('; ');
  throw new GatewayError('PG_SHARD_UNAVAILABLE', `shard ${shard.name}: no replica answered: ${reasons}`, {
    details: { shard: shard.name },
  });
}

async function askReplica(
  deps: AskShardsDeps,
  { shard, form, question, signal }: ShardAsk & { readonly signal: AbortSignal },
  index: number,
): Promise<ApiEnvelope> {
  const { config, pools, now } = deps;
  const replica = shard.replicas[index]!;
  const response = await pools.openApi(
    { ...replica, enableCompression: shard.enableCompression },
    {
      path: question.path,
      form,
      method: 'GET',
      deadlineMs: now() + config.global.queryTimeoutMs,
      signal,
    },
  );
  const text = await readText(response.body, replica.name, config.query.limits.maxUpstreamBytes);
  return parseEnvelope(text, replica.name);
}
