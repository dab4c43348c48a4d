import type { AnnotationList } from '../../../src/promql/engine/annotation-list.ts';
import type { Grid } from '../../../src/promql/engine/grid.ts';
import type { QueryValue } from '../../../src/promql/engine/query-value.ts';
import { parseQuery } from '../../../src/promql/parse/parse-query.ts';
import { openGate, type SelectorGate } from '../../../src/promql/selector/selector-gate.ts';
import { createQueryTally } from '../../../src/query/query-tally.ts';
import { gateQuery } from '../../../src/query/execute/gate-query.ts';
import { runPlan } from '../../../src/query/execute/run-plan.ts';
import { engineOptions, parseOptions } from '../engine-options.ts';
import { createMemoryClient } from './memory-client.ts';
import type { MemoryFleet } from './memory-fleet.ts';
import type { MemoryStore } from './memory-store.ts';

export interface FleetQuery {
  readonly text: string;
  readonly grid: Grid;
  readonly isInstant: boolean;
  readonly annotations: AnnotationList;
  readonly pushDown: boolean;
  /** Default: everything may be seen. */
  readonly gate?: SelectorGate;
  /** Off: as in Prometheus 3.5 by default; default on, as the scripts expect it. */
  readonly delayedNameRemoval?: boolean;
}

/** A shard in memory. */
export interface MemoryShard {
  readonly labels: Readonly<Record<string, string>>;
  readonly ownsLabels: readonly string[];
  /** One a replica. */
  readonly stores: readonly MemoryStore[];
}

/** Answers a query over all shards the way the gateway does. */
export function queryFleet(fleet: MemoryFleet, query: FleetQuery): Promise<QueryValue> {
  return queryShards(
    fleet.stores.map((stores) => ({ labels: {}, ownsLabels: [], stores })),
    query,
  );
}

export async function queryShards(memory: readonly MemoryShard[], query: FleetQuery): Promise<QueryValue> {
  const { gate = openGate, delayedNameRemoval = engineOptions.delayedNameRemoval } = query;
  const shards = memory.map(({ labels, ownsLabels, stores }, shard) => ({
    name: `shard-${shard}`,
    labels,
    ownsLabels,
    plan: { name: `shard-${shard}`, labels, ownsLabels, replicas: stores.length },
    hedgeDelayMs: 60_000,
    minBytesPerSecond: 0,
    replicas: stores.map((store, replica) =>
      createMemoryClient(`replica-${shard}-${replica}`, store, { delayedNameRemoval }),
    ),
  }));
  return runPlan(gateQuery(parseQuery(query.text, parseOptions), gate), {
    ...engineOptions,
    delayedNameRemoval,
    shards,
    gate,
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
