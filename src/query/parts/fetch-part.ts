import { GatewayError } from '../../model/errors.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import type { PushedPart } from '../../promql/plan/query-plan.ts';
import { createLabelAttacher } from '../replicas/attach-labels.ts';
import type { QueryShard } from '../source/query-shard.ts';
import { askShard, NotPushable, type AskOptions } from './ask-shard.ts';
import { combinePart } from './combine-part.ts';
import type { ShardBlocks } from './shard-blocks.ts';

export interface FetchOptions extends Omit<AskOptions, 'onReplicaError'> {
  readonly shards: readonly QueryShard[];
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  /** Told of a shard that gave nothing; what it throws fails the query. */
  readonly onShardError: (shard: string, error: GatewayError) => void;
  /** Evaluates a part here. */
  readonly evaluateHere: (expr: Expr) => AsyncIterable<SeriesBlock>;
  /** Told of a part that the shards could not answer, and why. */
  readonly onFallback: (part: PushedPart, reason: string) => void;
  /** Told of samples that shards read, where they tell. */
  readonly onSamples: (samples: number) => void;
}

/** The vector of a pushed part: what the shards answer, or where that cannot be used what it is on merged raw samples. */
export async function* fetchPart(part: PushedPart, options: FetchOptions): AsyncGenerator<SeriesBlock, void> {
  let block: SeriesBlock;
  try {
    const answers = await Promise.all(part.shards.map((asked) => askOne(part, asked, options)));
    const given = answers.filter((answer) => answer !== undefined);
    block = combinePart(part, given, options.grid.steps);
  } catch (error) {
    if (!(error instanceof NotPushable)) throw error;
    options.onFallback(part, error.message);
    yield* options.evaluateHere(part.fallback);
    return;
  }
  yield block;
}

async function askOne(
  part: PushedPart,
  asked: PushedPart['shards'][number],
  options: FetchOptions,
): Promise<ShardBlocks | undefined> {
  const shard = options.shards[asked.shard]!;
  const kept = Object.entries(shard.labels).filter(([name]) => part.attachedLabels.includes(name));
  try {
    const blocks = await askShard(shard, asked, {
      ...options,
      onReplicaError: (replica, error) => options.onReplicaError(shard.name, replica, error),
    });
    return { blocks, attach: createLabelAttacher(Object.fromEntries(kept)) };
  } catch (error) {
    if (options.signal.aborted || !(error instanceof GatewayError)) throw error;
    options.onShardError(shard.name, error);
    return undefined;
  }
}
