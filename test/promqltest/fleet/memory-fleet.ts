import type { SeriesLabels } from '../../../src/model/series-labels.ts';
import type { LoadCommand, SeriesPoints } from '../script/script.ts';
import { toCustomBuckets } from './custom-buckets.ts';
import { MemoryStore } from './memory-store.ts';
import { createRandom } from './random.ts';

export interface FleetShape {
  readonly shards: number;
  readonly replicas: number;
  readonly seed: number;
}

/** Share of the samples that the first replica of a shard misses where there are others. */
const holeShare = 0.2;

/** Shards that each hold a random part of the series; of several replicas the first, which leads, has holes. */
export class MemoryFleet {
  /** By shard, then by replica. */
  readonly stores: readonly (readonly MemoryStore[])[];
  readonly #random: () => number;
  readonly #shardOf = new Map<string, number>();

  readonly shape: FleetShape;

  constructor(shape: FleetShape) {
    this.shape = shape;
    this.#random = createRandom(shape.seed);
    this.stores = Array.from({ length: shape.shards }, () =>
      Array.from({ length: shape.replicas }, () => new MemoryStore()),
    );
  }

  load({ series, stepMs, withCustomBuckets }: LoadCommand): void {
    // Of a series that one load defines twice the last definition counts.
    const defined = new Map(series.map((one) => [one.labels.join('\u0000'), one]));
    for (const one of defined.values()) this.#add(one, stepMs);
    if (withCustomBuckets) for (const one of toCustomBuckets(series)) this.#add(one, stepMs);
  }

  #add({ labels, points }: SeriesPoints, stepMs: number): void {
    const stores = this.stores[this.#place(labels)]!;
    for (const [k, point] of points.entries()) {
      if (point === undefined) continue;
      const isHole = stores.length > 1 && this.#random() < holeShare;
      for (const store of isHole ? stores.slice(1) : stores) store.add(labels, k * stepMs, point);
    }
  }

  /** A series stays where it is when more of it is loaded. */
  #place(labels: SeriesLabels): number {
    const key = labels.join('\u0000');
    const shard = this.#shardOf.get(key) ?? Math.floor(this.#random() * this.shape.shards);
    this.#shardOf.set(key, shard);
    return shard;
  }
}
