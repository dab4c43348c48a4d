import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import type { GatewayError } from '../../model/errors.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import { evaluate } from '../../promql/engine/evaluate.ts';
import type { EvaluateOptions } from '../../promql/engine/evaluate-options.ts';
import type { QueryValue } from '../../promql/engine/query-value.ts';
import type { SampleSource } from '../../promql/engine/sample-source.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import type { PlanShard } from '../../promql/plan/plan-shard.ts';
import { planQuery } from '../../promql/plan/plan-query.ts';
import { routeSelector, type SelectorRoute } from '../../promql/plan/route-selector.ts';
import type { QueryTally } from '../query-tally.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import { withRuleOutputs } from './with-rule-outputs.ts';
import { fetchPart } from '../parts/fetch-part.ts';
import { createFleetSource, selectFromShard, type ShardSelectOptions } from '../source/fleet-source.ts';
import { readRuleOutputs, type RuleOutputOptions } from '../rules/rule-outputs.ts';
import type { QueryShard } from '../source/query-shard.ts';

/** A shard, and what planning has to know of it. */
interface PlannedShard extends QueryShard {
  readonly plan: PlanShard;
}

export interface RunOptions extends Omit<EvaluateOptions, 'source' | 'onSamples'> {
  readonly shards: readonly PlannedShard[];
  readonly replicaLabels: readonly string[];
  readonly pushDown: boolean;
  readonly isInstant: boolean;
  readonly tally: QueryTally;
  /** Whether shards are to tell what their parts cost. */
  readonly wantsStats: boolean;
  /** What the request sets; undefined = each server's own. */
  readonly requestedLookbackMs: number | undefined;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  /** Told of a shard that gave nothing; what it throws fails the query. */
  readonly onShardError: (shard: string, error: GatewayError) => void;
  readonly gate: SelectorGate;
  /** Those whose outputs a query may name; undefined = none. */
  readonly rules?: CompiledRules;
  /** Of the fleet. */
  readonly externalLabels: Readonly<Record<string, string>>;
}

/** Plans a query over the shards, and evaluates it. @throws QueryError; what `onShardError` throws; the signal's reason */
export async function runPlan(asked: Expr, options: RunOptions): Promise<QueryValue> {
  const { annotations, defaultEvaluationIntervalMs } = options;
  const expr = withRuleOutputs(asked, options.rules, { annotations, defaultEvaluationIntervalMs });
  const planShards = options.shards.map(({ plan }) => plan);
  const { pushDown, delayedNameRemoval } = options;
  const plan = planQuery(expr, {
    shards: planShards,
    replicaLabels: options.replicaLabels,
    pushDown,
    delayedNameRemoval,
  });
  const { shards, replicaLabels, onReplicaError, onShardError, signal, grid, isInstant } = options;
  const route = (matchers: readonly Matcher[], shard: number): SelectorRoute =>
    routeSelector(matchers, planShards[shard]!, replicaLabels);
  const select = { shards, replicaLabels, route, onReplicaError };
  const { rules, externalLabels, gate, tally } = options;
  const onSamples = ({ read, peak }: { readonly read: number; readonly peak: number }): void => {
    tally.samplesRead += read;
    tally.peakSamples = Math.max(tally.peakSamples, peak);
  };
  tally.pushedParts += plan.parts.length;
  const source: SampleSource = createFleetSource({
    ...select,
    gate,
    ...(rules === undefined ? {} : { ruleOutputs: ruleOutputsOf({ ...options, rules, externalLabels }, select) }),
    fetched: (part) =>
      fetchPart(plan.parts[part]!, {
        shards,
        grid,
        isInstant,
        lookbackDeltaMs: options.requestedLookbackMs,
        signal,
        onReplicaError,
        onShardError,
        onFallback: () => (tally.fallbackParts += 1),
        onSamples: (samples) => (tally.samplesRead += samples),
        wantsStats: options.wantsStats,
        evaluateHere: (fallback) => vectorBlocks(fallback, { ...options, onSamples, source }),
      }),
    onShardError,
  });
  return evaluate(plan.expr, { ...options, onSamples, source });
}

function ruleOutputsOf(
  options: Omit<RuleOutputOptions, 'select'>,
  select: ShardSelectOptions,
): NonNullable<SampleSource['ruleOutputs']> {
  return (request, signal) =>
    readRuleOutputs(
      request,
      {
        ...options,
        select: (shard, selection, inner) =>
          selectFromShard(shard, { options: select, request: selection, signal: inner }),
      },
      signal,
    );
}

async function* vectorBlocks(expr: Expr, options: EvaluateOptions): AsyncGenerator<SeriesBlock, void> {
  const value = await evaluate(expr, options);
  if (value.type === 'vector') yield* value.blocks;
}
