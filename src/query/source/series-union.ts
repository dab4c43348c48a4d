import { Hash64Set } from '../../model/hash64-set.ts';
import { hashLabels } from '../../model/hash-labels.ts';
import { labelValue } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { sameLabels } from '../../promql/engine/merge-same-labels.ts';
import type { QueryShard } from './query-shard.ts';

/** What several shards give as one, each label set once. */
export interface SeriesUnion {
  /** @throws QueryError `execution`: the label set came before; one Prometheus could not hold both. */
  add(shard: number, labels: SeriesLabels): void;
}

/**
 * Series that carry the label values which tell their shard from all others are unique without being remembered, as far
 * as no series has such a label of its own; of the rest a 64-bit hash is.
 */
export function createSeriesUnion(shards: readonly Pick<QueryShard, 'labels' | 'ownsLabels'>[]): SeriesUnion {
  const telling = shards.map((_, shard) => tellingLabels(shards, shard));
  const hashes = new Hash64Set();
  const words = new Uint32Array(2);
  return {
    add(shard, labels) {
      const proof = telling[shard];
      if (proof?.every((name) => labelValue(labels, name) === shards[shard]!.labels[name]) === true) return;
      hashLabels(labels, words);
      if (hashes.add(words[0]!, words[1]!)) return;
      throw sameLabels();
    },
  };
}

/** Names of labels by which this shard differs from each other one; undefined where one cannot be told apart. */
function tellingLabels(
  shards: readonly Pick<QueryShard, 'labels' | 'ownsLabels'>[],
  shard: number,
): readonly string[] | undefined {
  const { labels, ownsLabels } = shards[shard]!;
  const names = new Set<string>();
  for (const [index, other] of shards.entries()) {
    if (index === shard) continue;
    // A series of the other shard may carry this shard's value itself, and one of this shard what it would get anyway.
    const name = ownsLabels.find(
      (key) => other.ownsLabels.includes(key) && other.labels[key] !== undefined && other.labels[key] !== labels[key],
    );
    if (name === undefined) return undefined;
    names.add(name);
  }
  return [...names];
}
