import { compareUtf8 } from '../../model/compare-utf8.ts';
import { FamilyMerge } from './family-merge.ts';
import type { MergeOptions } from './merge-options.ts';
import type { ShardCursor } from './shard-cursor.ts';
import type { Segment } from '../segment.ts';

/**
 * Merges the shards' segments into one exposition: families in name order (UTF-8 bytes), each under one TYPE line, inside
 * a family the shards' lines as they arrive, each label set once. Yields chunks that are valid until the next is asked
 * for, and yields what it has before it waits for a shard. What {@link MergeOptions.holdsBack} names goes to `held`.
 */
export async function* mergeShards(options: MergeOptions): AsyncGenerator<Uint8Array> {
  const { cursors, stage } = options;
  const merge = new FamilyMerge(options);
  for (;;) {
    const waiting = cursors.flatMap((cursor) => cursor.pending ?? []);
    if (waiting.length > 0) {
      if (stage.used > 0) yield stage.take();
      await Promise.all(waiting);
      options.checkpoint();
      continue;
    }
    const family = firstFamily(cursors);
    if (family === undefined) return;
    merge.begin(family);
    do {
      while (merge.giveOneSegment()) {
        if (stage.isFull) yield stage.take();
      }
      const awaited = merge.awaited();
      if (awaited.length === 0) break;
      if (stage.used > 0) yield stage.take();
      await Promise.race(awaited);
      options.checkpoint();
    } while (true);
  }
}

function firstFamily(cursors: readonly ShardCursor[]): Segment | undefined {
  let first: Segment | undefined;
  for (const { segment } of cursors) {
    if (segment === undefined) continue;
    if (first === undefined || compareUtf8(segment.family, first.family) < 0) first = segment;
  }
  return first;
}
