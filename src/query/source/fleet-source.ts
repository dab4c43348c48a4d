import { GatewayError } from '../../model/errors.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { Grid } from '../../promql/engine/grid.ts';
import type { SampleSource, SelectRequest } from '../../promql/engine/sample-source.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';
import { mergeShards } from './merge-shards.ts';
import type { QueryShard } from './query-shard.ts';
import { readShard } from './read-shard.ts';
import { createSeriesUnion, type SeriesUnion } from './series-union.ts';

/** What a selector asks of one shard: nothing, or several disjoint selections and what to check of their series afterwards. */
interface ShardRoute {
  readonly branches: readonly (readonly Matcher[])[];
  readonly recheck: readonly Matcher[];
}

export type ShardSelectOptions = Pick<FleetSourceOptions, 'shards' | 'replicaLabels' | 'route' | 'onReplicaError'>;

export interface FleetSourceOptions {
  readonly shards: readonly QueryShard[];
  readonly replicaLabels: readonly string[];
  readonly route: (matchers: readonly Matcher[], shard: number) => ShardRoute;
  readonly gate: SelectorGate;
  readonly ruleOutputs?: SampleSource['ruleOutputs'];
  readonly fetched: (part: number, grid: Grid, signal: AbortSignal) => AsyncIterable<SeriesBlock>;
  /** Told of a replica whose samples are missing while a sibling's are there. */
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  /** Told of a shard that gave nothing; what it throws fails the query. */
  readonly onShardError: (shard: string, error: GatewayError) => void;
}

/** The raw samples of all shards as of one server. */
export function createFleetSource(options: FleetSourceOptions): SampleSource {
  return {
    fetched: options.fetched,
    ...(options.ruleOutputs === undefined ? {} : { ruleOutputs: options.ruleOutputs }),
    select({ matchers, ...rest }, signal) {
      // What the engine selects by itself, as `info` does, has not been through the gate yet.
      const request = { ...rest, matchers: options.gate.enforce(matchers) };
      const union = createSeriesUnion(options.shards);
      return mergeShards(options.shards.map((_, shard) => selectFrom(shard, { options, request, union, signal })));
    },
  };
}

interface Selection {
  readonly options: FleetSourceOptions;
  readonly request: SelectRequest;
  readonly union: SeriesUnion;
  readonly signal: AbortSignal;
}

async function* selectFrom(shardIndex: number, selection: Selection): AsyncGenerator<readonly RawSeries[], void> {
  const { options, request, union, signal } = selection;
  try {
    const recheck = options.gate.enforced;
    for await (const batch of selectFromShard(shardIndex, { options, request, signal, recheck })) {
      for (const { labels } of batch) union.add(shardIndex, labels);
      yield batch;
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof GatewayError)) throw error;
    options.onShardError(options.shards[shardIndex]!.name, error);
  }
}

interface ShardSelection extends Pick<Selection, 'request' | 'signal'> {
  readonly options: ShardSelectOptions;
  /** What series must match once more when all their labels are there. */
  readonly recheck?: readonly Matcher[];
}

/** The series of one shard that match, replicas merged. @throws GatewayError as `readShard` */
export async function* selectFromShard(
  shardIndex: number,
  { options, request, signal, recheck: more = [] }: ShardSelection,
): AsyncGenerator<readonly RawSeries[], void> {
  const shard = options.shards[shardIndex]!;
  const { branches, recheck } = options.route(request.matchers, shardIndex);
  for (const matchers of branches) {
    const read = {
      ...request,
      matchers,
      recheck: [...recheck, ...more],
      replicaLabels: options.replicaLabels,
      onReplicaError: (replica: string, error: GatewayError) => options.onReplicaError(shard.name, replica, error),
    };
    yield* readShard(shard, read, signal);
  }
}
