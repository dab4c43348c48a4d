import type { Config } from '../../config/config.ts';
import type { GatewayError } from '../../model/errors.ts';
import { AnnotationList } from '../../promql/engine/annotation-list.ts';
import { evaluate } from '../../promql/engine/evaluate.ts';
import type { QueryValue } from '../../promql/engine/query-value.ts';
import type { QueryRequest } from '../service.ts';
import { createFleetSource } from '../source/fleet-source.ts';
import type { QueryShard } from '../source/query-shard.ts';
import { shardFailure } from './shard-failure.ts';
import { prepareQuery } from './prepare-query.ts';

export interface ExecuteDeps {
  readonly config: Config;
  readonly shards: readonly QueryShard[];
  /** Fires when the client has left or the time is over, with a QueryError as its reason. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

export interface Executed {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/**
 * Answers a query over all shards.
 * @throws QueryError what Prometheus would say, or what keeps the gateway from an answer
 */
export async function executeQuery(request: QueryRequest, deps: ExecuteDeps): Promise<Executed> {
  const { config, shards, signal } = deps;
  const { isInstant, grid } = request;
  const expr = prepareQuery(request.text, {
    isInstant,
    grid,
    experimentalFunctions: config.query.experimentalFunctions,
  });
  const annotations = new AnnotationList();
  const onShardError = (_shard: string, error: GatewayError): void =>
    shardFailure(error, { partialResponse: request.partialResponse, annotations });
  const source = createFleetSource({
    shards,
    replicaLabels: config.global.replicaLabels,
    route: (matchers) => ({ branches: [matchers], recheck: [] }),
    fetched: () => {
      throw new Error('nothing is pushed down');
    },
    onReplicaError: deps.onReplicaError,
    onShardError,
  });
  const value = await evaluate(expr, {
    grid,
    source,
    annotations,
    lookbackDeltaMs: request.lookbackDeltaMs ?? config.global.lookbackDeltaMs,
    defaultEvaluationIntervalMs: config.global.evaluationIntervalMs,
    delayedNameRemoval: false,
    typeAndUnitLabels: false,
    maxSamples: config.query.limits.maxSamples,
    signal,
    now: deps.now,
  });
  return { value, ...annotations.render(request.text) };
}
