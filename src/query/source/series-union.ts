import { Hash64Set } from '../../model/hash64-set.ts';
import { hashLabels } from '../../model/hash-labels.ts';
import { labelValue } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { sameLabels } from '../../promql/engine/merge-same-labels.ts';

/** What several shards give as one, each label set once. */
export interface SeriesUnion {
  /** @throws QueryError `execution`: the label set came before; one Prometheus could not hold both. */
  add(shard: number, labels: SeriesLabels): void;
}

/**
 * Series that carry the label values which tell their shard from all others are unique without being remembered; of the
 * rest a 64-bit hash is.
 */
export function createSeriesUnion(shards: readonly Readonly<Record<string, string>>[]): SeriesUnion {
  const telling = shards.map((_, shard) => tellingLabels(shards, shard));
  const hashes = new Hash64Set();
  const words = new Uint32Array(2);
  return {
    add(shard, labels) {
      const proof = telling[shard];
      if (proof?.every((name) => labelValue(labels, name) === shards[shard]![name]) === true) return;
      hashLabels(labels, words);
      if (hashes.add(words[0]!, words[1]!)) return;
      throw sameLabels();
    },
  };
}

/** Names of labels by which this shard differs from each other one; undefined where one cannot be told apart. */
function tellingLabels(
  shards: readonly Readonly<Record<string, string>>[],
  shard: number,
): readonly string[] | undefined {
  const own = shards[shard]!;
  const names = new Set<string>();
  for (const [index, other] of shards.entries()) {
    if (index === shard) continue;
    const name = Object.keys(own).find((key) => key in other && other[key] !== own[key]);
    if (name === undefined) return undefined;
    names.add(name);
  }
  return [...names];
}
