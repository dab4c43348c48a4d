import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { labelValue } from '../../model/label-set.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { createLabelAttacher } from '../replicas/attach-labels.ts';
import { GivenSeries } from '../replicas/given-series.ts';
import { joinReplicas } from '../replicas/join-replicas.ts';
import { ownLabels } from '../replicas/own-labels.ts';
import type { ReplicaClient, ReplicaRead } from '../replicas/replica-client.ts';
import { ReplicaStream } from '../replicas/replica-stream.ts';
import { shardUnavailable } from '../replicas/shard-unavailable.ts';
import { askExternalLabels } from './own-external-labels.ts';
import type { QueryShard } from './query-shard.ts';

export interface ShardRead extends ReplicaRead {
  readonly replicaLabels: readonly string[];
  /** What a series must match once the shard's labels are attached. */
  readonly recheck: readonly Matcher[];
  readonly onReplicaError: (replica: string, error: GatewayError) => void;
}

const batchSize = 256;
/** One for all reads. */
const unwanted = new GatewayError('PG_UPSTREAM_CLOSED', 'the query needs no more of it');

/**
 * The series of one shard, replicas merged, replica labels off, shard labels on; each label set once unless the shard
 * itself holds it with and without its own label. Where the last replica fails in the middle, those that failed of late go
 * on with the series that it has not given.
 * @throws GatewayError `PG_SHARD_UNAVAILABLE` when no replica gave them all
 */
export async function* readShard(
  shard: QueryShard,
  read: ShardRead,
  signal: AbortSignal,
): AsyncGenerator<readonly RawSeries[], void> {
  const errors: unknown[] = [];
  const groups = [shard.replicas, shard.spare ?? []].filter((replicas) => replicas.length > 0);
  // What the replicas before have given whole, where others may have to go on.
  const given = groups.length > 1 ? new GivenSeries() : undefined;
  for (const [rank, replicas] of groups.entries()) {
    try {
      const isLast = rank === groups.length - 1;
      for await (const batch of readReplicas({ ...shard, replicas }, read, { signal, errors })) {
        if (!isLast) for (const series of batch) given?.add(series);
        yield rank === 0 ? batch : batch.filter((series) => given?.has(series) !== true);
      }
      return;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'PG_SHARD_UNAVAILABLE') throw error;
    }
  }
  throw shardUnavailable(shard.name, errors);
}

interface Attempt {
  readonly signal: AbortSignal;
  /** Of all replicas so far. */
  readonly errors: unknown[];
}

async function* readReplicas(
  shard: QueryShard,
  read: ShardRead,
  { signal, errors }: Attempt,
): AsyncGenerator<readonly RawSeries[], void> {
  const learned: Record<string, string> = {};
  const streams = shard.replicas.map((client, rank) => openStream({ client, rank, read, learned, signal }));
  let attach: ((own: SeriesLabels) => SeriesLabels) | undefined;
  try {
    for await (const batch of joinReplicas(streams, {
      hedgeDelayMs: shard.hedgeDelayMs,
      minBytesPerSecond: shard.minBytesPerSecond,
      batchSize,
      noReplica(failed) {
        errors.push(...failed.map(({ error }) => error));
        return shardUnavailable(shard.name, errors);
      },
    })) {
      // Nothing comes before a replica has told its labels, and what a server attaches itself counts first.
      const attached = (attach ??= createLabelAttacher({ ...shard.labels, ...learned }));
      yield batch.map((series) => ({ ...series, labels: attached(series.labels) })).filter(acceptedBy(read.recheck));
    }
  } finally {
    if (!signal.aborted) reportFailed(streams, read);
    for (const stream of streams) stream.drop(unwanted);
  }
}

function reportFailed(streams: readonly ReplicaStream[], { onReplicaError }: ShardRead): void {
  for (const { name, error } of streams) if (error !== undefined) onReplicaError(name, toGatewayError(error));
}

function acceptedBy(matchers: readonly Matcher[]): (series: RawSeries) => boolean {
  if (matchers.length === 0) return () => true;
  return ({ labels }) => matchers.every((matcher) => matcher.accepts(labelValue(labels, matcher.name)));
}

interface StreamOptions {
  readonly client: ReplicaClient;
  readonly rank: number;
  readonly read: ShardRead;
  /** Filled with the labels that a server attaches itself and that do not tell replicas apart. */
  readonly learned: Record<string, string>;
  readonly signal: AbortSignal;
}

function openStream(options: StreamOptions): ReplicaStream {
  const { client, rank, signal } = options;
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  const batches = ownSeries({ ...options, onBytes: (bytes) => stream.received(bytes) }, either);
  const stream = new ReplicaStream({ name: client.name, rank, abort, batches });
  return stream;
}

/** The series of a replica with its own labels alone. */
async function* ownSeries(
  { client, read, learned, onBytes }: StreamOptions & { readonly onBytes: (bytes: number) => void },
  signal: AbortSignal,
): AsyncGenerator<readonly RawSeries[], void> {
  const { replica, shard } = await askExternalLabels(client, read.replicaLabels, signal);
  Object.assign(learned, shard);
  const external = { ...shard, ...replica };
  const strip = (labels: SeriesLabels): SeriesLabels => ownLabels(labels, external);
  for await (const batch of client.read({ ...read, onBytes }, signal)) {
    yield batch.map((series) => ({ ...series, labels: strip(series.labels) }));
  }
}
