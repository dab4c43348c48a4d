import type { AnnotationList } from '../../../src/promql/engine/annotation-list.ts';
import type { Grid } from '../../../src/promql/engine/grid.ts';
import type { QueryValue } from '../../../src/promql/engine/query-value.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { openGate } from '../../../src/promql/selector/selector-gate.ts';
import { createQueryTally } from '../../../src/query/query-tally.ts';
import { runPlan } from '../../../src/query/execute/run-plan.ts';
import { engineOptions, parseOptions } from '../engine-options.ts';
import { createMemoryClient } from './memory-client.ts';
import type { MemoryFleet } from './memory-fleet.ts';

export interface FleetQuery {
  readonly text: string;
  readonly grid: Grid;
  readonly isInstant: boolean;
  readonly annotations: AnnotationList;
  readonly pushDown: boolean;
}

/** Answers a query over all shards the way the gateway does. */
export async function queryFleet(fleet: MemoryFleet, query: FleetQuery): Promise<QueryValue> {
  const shards = fleet.stores.map((stores, shard) => ({
    name: `shard-${shard}`,
    labels: {},
    plan: { name: `shard-${shard}`, labels: {}, ownsLabels: [], replicas: stores.length },
    hedgeDelayMs: 60_000,
    replicas: stores.map((store, replica) => createMemoryClient(`replica-${shard}-${replica}`, store)),
  }));
  return runPlan(parseQuery(query.text, parseOptions), {
    ...engineOptions,
    shards,
    gate: openGate,
    tally: createQueryTally(),
    wantsStats: false,
    externalLabels: {},
    replicaLabels: ['replica'],
    pushDown: query.pushDown,
    isInstant: query.isInstant,
    requestedLookbackMs: undefined,
    grid: query.grid,
    annotations: query.annotations,
    signal: new AbortController().signal,
    onReplicaError: (_shard, _replica, error) => {
      throw error;
    },
    onShardError: (_shard, error) => {
      throw error;
    },
  });
}
