import type { AnnotationList } from '../../../src/promql/engine/annotation-list.ts';
import { evaluate } from '../../../src/promql/engine/evaluate.ts';
import type { Grid } from '../../../src/promql/engine/grid.ts';
import type { QueryValue } from '../../../src/promql/engine/query-value.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { createFleetSource } from '../../../src/query/source/fleet-source.ts';
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
    hedgeDelayMs: 60_000,
    replicas: stores.map((store, replica) => createMemoryClient(`replica-${shard}-${replica}`, store)),
  }));
  const source = createFleetSource({
    shards,
    replicaLabels: ['replica'],
    route: (matchers) => ({ branches: [matchers], recheck: [] }),
    fetched: () => {
      throw new Error('nothing is pushed down yet');
    },
    onReplicaError: (_shard, _replica, error) => {
      throw error;
    },
    onShardError: (_shard, error) => {
      throw error;
    },
  });
  return evaluate(parseQuery(query.text, parseOptions), {
    ...engineOptions,
    grid: query.grid,
    source,
    annotations: query.annotations,
    signal: new AbortController().signal,
  });
}
