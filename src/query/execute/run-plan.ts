import type { GatewayError } from '../../model/errors.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import { evaluate } from '../../promql/engine/evaluate.ts';
import type { EvaluateOptions } from '../../promql/engine/evaluate-options.ts';
import type { QueryValue } from '../../promql/engine/query-value.ts';
import type { SampleSource } from '../../promql/engine/sample-source.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import type { PlanShard } from '../../promql/plan/plan-shard.ts';
import { planQuery } from '../../promql/plan/plan-query.ts';
import { routeSelector } from '../../promql/plan/route-selector.ts';
import type { PushedPart } from '../../promql/plan/query-plan.ts';
import { fetchPart } from '../parts/fetch-part.ts';
import { createFleetSource } from '../source/fleet-source.ts';
import type { QueryShard } from '../source/query-shard.ts';

export interface RunOptions extends Omit<EvaluateOptions, 'source'> {
  readonly shards: readonly (QueryShard & Pick<PlanShard, 'ownsLabels'>)[];
  readonly replicaLabels: readonly string[];
  readonly pushDown: boolean;
  readonly isInstant: boolean;
  /** What the request sets; undefined = each server's own. */
  readonly requestedLookbackMs: number | undefined;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  /** Told of a shard that gave nothing; what it throws fails the query. */
  readonly onShardError: (shard: string, error: GatewayError) => void;
  readonly onFallback?: (part: PushedPart, reason: string) => void;
}

/** Plans a query over the shards, and evaluates it. @throws QueryError; what `onShardError` throws; the signal's reason */
export async function runPlan(expr: Expr, options: RunOptions): Promise<QueryValue> {
  const planShards = options.shards.map((shard) => toPlanShard(shard));
  const { pushDown, delayedNameRemoval } = options;
  const plan = planQuery(expr, {
    shards: planShards,
    replicaLabels: options.replicaLabels,
    pushDown,
    delayedNameRemoval,
  });
  const { shards, replicaLabels, onReplicaError, onShardError, signal, grid, isInstant } = options;
  const source: SampleSource = createFleetSource({
    shards,
    replicaLabels,
    route: (matchers, shard) => routeSelector(matchers, planShards[shard]!, replicaLabels),
    fetched: (part) =>
      fetchPart(plan.parts[part]!, {
        shards,
        grid,
        isInstant,
        lookbackDeltaMs: options.requestedLookbackMs,
        signal,
        onReplicaError,
        onShardError,
        onFallback: options.onFallback ?? ((): void => undefined),
        evaluateHere: (fallback) => vectorBlocks(fallback, { ...options, source }),
      }),
    onReplicaError,
    onShardError,
  });
  return evaluate(plan.expr, { ...options, source });
}

function toPlanShard({ name, labels, replicas, ownsLabels }: RunOptions['shards'][number]): PlanShard {
  return { name, labels, ownsLabels, replicas: replicas.length };
}

async function* vectorBlocks(expr: Expr, options: EvaluateOptions): AsyncGenerator<SeriesBlock, void> {
  const value = await evaluate(expr, options);
  if (value.type === 'vector') yield* value.blocks;
}
