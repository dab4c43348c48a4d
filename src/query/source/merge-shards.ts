import { compareLabelSets } from '../../model/label-set.ts';
import type { RawSeries } from '../../model/raw-series.ts';

const batchSize = 256;

/**
 * The series of several shards in label set order, as far as each shard gives its own in order: sums then do not depend
 * on which shard answers first. All shards are read at once. The first failure fails the whole and ends the others.
 */
export async function* mergeShards(
  shards: readonly AsyncIterable<readonly RawSeries[]>[],
): AsyncGenerator<readonly RawSeries[], void> {
  const cursors = shards.map((shard) => new ShardCursor(shard));
  let batch: RawSeries[] = [];
  try {
    for (;;) {
      if (cursors.some(({ isEmpty }) => isEmpty)) await Promise.all(cursors.map((cursor) => cursor.load()));
      const lowest = lowestOf(cursors);
      if (lowest === undefined) break;
      batch.push(lowest.take());
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    for (const cursor of cursors) cursor.end();
  }
}

function lowestOf(cursors: readonly ShardCursor[]): ShardCursor | undefined {
  let lowest: ShardCursor | undefined;
  for (const cursor of cursors) {
    if (cursor.head === undefined) continue;
    if (lowest === undefined || compareLabelSets(cursor.head.labels, lowest.head!.labels) < 0) lowest = cursor;
  }
  return lowest;
}

class ShardCursor {
  readonly #batches: AsyncIterator<readonly RawSeries[]>;
  #batch: readonly RawSeries[] = [];
  #index = 0;
  #isDone = false;

  constructor(batches: AsyncIterable<readonly RawSeries[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get head(): RawSeries | undefined {
    return this.#batch[this.#index];
  }

  get isEmpty(): boolean {
    return !this.#isDone && this.head === undefined;
  }

  take(): RawSeries {
    return this.#batch[this.#index++]!;
  }

  async load(): Promise<void> {
    while (this.isEmpty) {
      const next = await this.#batches.next();
      this.#isDone = next.done === true;
      this.#batch = next.done === true ? [] : next.value;
      this.#index = 0;
    }
  }

  end(): void {
    // One that hangs in `next` would make its `return` wait for it: that is for the signal to end.
    void this.#batches.return?.().catch(() => undefined);
  }
}
