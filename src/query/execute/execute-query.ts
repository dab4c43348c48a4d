import type { Config } from '../../config/config.ts';
import type { CompiledRules } from '../../federate/rules/compile-rules.ts';
import type { GatewayError } from '../../model/errors.ts';
import { AnnotationList } from '../../promql/engine/annotation-list.ts';
import type { QueryValue } from '../../promql/engine/query-value.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import type { QueryRequest } from '../service.ts';
import type { QueryTally } from '../query-tally.ts';
import { shardFailure } from './shard-failure.ts';
import { prepareQuery } from './prepare-query.ts';
import { runPlan, type RunOptions } from './run-plan.ts';

export interface ExecuteDeps {
  readonly config: Config;
  readonly gate: SelectorGate;
  readonly rules: CompiledRules;
  readonly tally: QueryTally;
  readonly shards: RunOptions['shards'];
  /** Fires when the client has left or the time is over, with a QueryError as its reason. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

export interface Executed {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Until the query was read and checked, and from then on until its value was there, ms. */
  readonly preparationMs: number;
  readonly evaluationMs: number;
}

/**
 * Answers a query over all shards.
 * @throws QueryError what Prometheus would say, or what keeps the gateway from an answer
 */
export async function executeQuery(request: QueryRequest, deps: ExecuteDeps): Promise<Executed> {
  const { config, shards, signal } = deps;
  const { isInstant, grid } = request;
  const startedMs = performance.now();
  const expr = prepareQuery(request.text, {
    isInstant,
    grid,
    experimentalFunctions: config.query.experimentalFunctions,
    gate: deps.gate,
  });
  const preparedMs = performance.now();
  const annotations = new AnnotationList();
  const value = await runPlan(expr, {
    shards,
    gate: deps.gate,
    rules: deps.rules,
    tally: deps.tally,
    wantsStats: request.wantsStats,
    externalLabels: config.global.externalLabels,
    replicaLabels: config.global.replicaLabels,
    pushDown: config.query.pushDown,
    isInstant,
    grid,
    annotations,
    requestedLookbackMs: request.lookbackDeltaMs ?? config.global.lookbackDeltaMs,
    lookbackDeltaMs: request.lookbackDeltaMs ?? config.global.lookbackDeltaMs,
    defaultEvaluationIntervalMs: config.global.evaluationIntervalMs,
    delayedNameRemoval: false,
    typeAndUnitLabels: false,
    maxSamples: config.query.limits.maxSamples,
    signal,
    now: deps.now,
    onReplicaError: deps.onReplicaError,
    onShardError: (_shard, error) => shardFailure(error, { ...request, annotations }),
  });
  for (const message of deps.tally.limitations) annotations.add({ level: 'warning', message, isPlain: true });
  const preparationMs = preparedMs - startedMs;
  const evaluationMs = performance.now() - preparedMs;
  return { value, ...annotations.render(request.text), preparationMs, evaluationMs };
}
