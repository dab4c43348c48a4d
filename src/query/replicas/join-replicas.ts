import { compareLabelSets } from '../../model/label-set.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import { GivenSeries } from './given-series.ts';
import { mergeReplicaSamples } from './merge-samples.ts';
import { createPatience, type Patience } from '../../upstream/patience.ts';
import type { ReplicaStream } from './replica-stream.ts';
import { waitForHeads } from './wait-for-heads.ts';

export interface JoinOptions {
  /** How long a replica may owe bytes while a sibling waits, in all, until it has moved on: see {@link createPatience}. */
  readonly hedgeDelayMs: number;
  readonly minBytesPerSecond: number;
  /** Series in one batch of the result. */
  readonly batchSize: number;
  /** Makes the error for a shard of which no replica got through to its end. */
  readonly noReplica: (streams: readonly ReplicaStream[]) => Error;
}

/**
 * The series of one shard, each once, merged sample by sample from its replicas ({@link mergeReplicaSamples}). Replicas
 * are merged as they stream; from the first series that comes out of order on, what is left is collected and matched by
 * label set. A replica that fails or lags costs its own samples only.
 * @throws what `noReplica` makes
 */
export async function* joinReplicas(
  streams: readonly ReplicaStream[],
  options: JoinOptions,
): AsyncGenerator<readonly RawSeries[], void> {
  if (streams.length === 1) {
    yield* single(streams[0]!, options);
    return;
  }
  const waiting = { ...options, patience: patienceFor(options) };
  const given = new GivenSeries();
  let batch: RawSeries[] = [];
  for (;;) {
    if (streams.some(({ needsLoad }) => needsLoad)) await waitForHeads(streams, waiting);
    if (streams.every(({ state }) => state === 'failed')) throw options.noReplica(streams);
    const holders = lowest(streams);
    if (holders.length === 0) break;
    if (streams.some(({ isSorted }) => !isSorted)) {
      yield batch;
      batch = await collectRest(streams, given, waiting);
      break;
    }
    const series = take(holders);
    given.add(series);
    batch.push(series);
    if (batch.length >= options.batchSize) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function patienceFor({ hedgeDelayMs, minBytesPerSecond }: JoinOptions): Patience<ReplicaStream> {
  return createPatience({
    delayMs: hedgeDelayMs,
    minBytesPerSecond,
    clock: () => performance.now(),
    usefulBytes: ({ bytes }) => bytes,
  });
}

/** There is nothing to merge: batches pass as they come. */
async function* single(stream: ReplicaStream, options: JoinOptions): AsyncGenerator<readonly RawSeries[], void> {
  for (;;) {
    await stream.load();
    if (stream.state === 'failed') throw options.noReplica([stream]);
    if (stream.state === 'done') return;
    yield stream.takeBatch();
  }
}

/** The replicas whose next series is the first in order, leader first. */
function lowest(streams: readonly ReplicaStream[]): readonly ReplicaStream[] {
  let holders: ReplicaStream[] = [];
  for (const stream of streams) {
    if (stream.head === undefined) continue;
    const order = holders.length === 0 ? -1 : compareLabelSets(stream.head.labels, holders[0]!.head!.labels);
    if (order < 0) holders = [stream];
    else if (order === 0) holders.push(stream);
  }
  return holders;
}

function take(holders: readonly ReplicaStream[]): RawSeries {
  const parts = holders.map((stream) => stream.head!);
  for (const stream of holders) stream.advance();
  return parts.length === 1 ? parts[0]! : mergeReplicaSamples(parts[0]!.labels, parts);
}

async function collectRest(
  streams: readonly ReplicaStream[],
  given: GivenSeries,
  options: JoinOptions & { readonly patience: Patience<ReplicaStream> },
): Promise<RawSeries[]> {
  const rest = new Map<string, (RawSeries | undefined)[]>();
  for (;;) {
    for (const stream of streams) collectHeads(stream, rest);
    if (!streams.some(({ needsLoad }) => needsLoad)) break;
    await waitForHeads(streams, options);
  }
  if (streams.every(({ state }) => state === 'failed')) throw options.noReplica(streams);
  const merged: RawSeries[] = [];
  for (const byRank of rest.values()) {
    const parts = byRank.filter((part) => part !== undefined);
    if (given.has(parts[0]!)) continue;
    merged.push(parts.length === 1 ? parts[0]! : mergeReplicaSamples(parts[0]!.labels, parts));
  }
  return merged;
}

/** Takes what a replica has at hand into the series by label set, one entry for each replica. */
function collectHeads(stream: ReplicaStream, rest: Map<string, (RawSeries | undefined)[]>): void {
  for (let series = stream.head; series !== undefined; series = stream.head) {
    const key = series.labels.join('\u0000');
    const byRank = rest.get(key) ?? [];
    const twice = byRank[stream.rank];
    byRank[stream.rank] = twice === undefined ? series : mergeReplicaSamples(series.labels, [twice, series]);
    rest.set(key, byRank);
    stream.advance();
  }
}
