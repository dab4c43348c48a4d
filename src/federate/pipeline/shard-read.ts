import { fromPlainError } from '../../model/errors.ts';
import type { ShardAdmission } from '../../topology/shard-breakers.ts';
import type { ShardView } from '../../topology/shard-view.ts';
import type { BlockBuffers } from '../../workers/block-buffers.ts';
import type { BlockReceiver } from '../../workers/block-channel.ts';
import type { BlockSource } from '../merge/shard-cursor.ts';
import type { PartialAggregates } from '../rules/partial-aggregates.ts';
import type { Block } from '../segment.ts';
import type { BlockMeta, ShardTaskResult } from '../shard-task/shard-task.ts';

export interface StartedShard {
  /** Index into `Config.shards`. */
  readonly shard: number;
  /** What the task was given. */
  readonly view: ShardView;
  /** To be settled when it has ended. */
  readonly admission: ShardAdmission;
}

/** A shard's task under way, seen from the main thread. */
export interface ShardRead extends BlockSource, StartedShard {
  /** Whether a worker thread reads it. */
  readonly hasTask: boolean;
  /** Set once the task has ended by itself; without what it aggregated. */
  readonly result: ShardTaskResult | undefined;
  /** Settles, never rejects, when the task no longer runs. */
  readonly ended: Promise<void>;
  /** What the task aggregated, which is then no longer held here; undefined before its end. */
  takePartials(): PartialAggregates | undefined;
  abort(): void;
}

/** Wraps a task's receiver as the source of its blocks; it rejects when the task ends without a whole shard. */
export function createShardRead(
  started: StartedShard,
  receiver: BlockReceiver<BlockMeta, ShardTaskResult> & { readonly ended: Promise<void> },
): ShardRead {
  const buffersOf = new Map<Block, BlockBuffers>();
  let result: ShardTaskResult | undefined;
  let partials: PartialAggregates | undefined;

  return {
    ...started,
    hasTask: true,
    ended: receiver.ended,
    get result() {
      return result;
    },
    async next() {
      if (result !== undefined) return undefined;
      const message = await receiver.next();
      if (message.kind === 'end') {
        partials = message.result.partials;
        result = { ...message.result, partials: undefined };
        if (result.error !== undefined) throw fromPlainError(result.error);
        return undefined;
      }
      const { buffers, meta } = message;
      const block = toBlock(buffers, meta);
      buffersOf.set(block, buffers);
      return block;
    },
    release(block) {
      const buffers = buffersOf.get(block);
      buffersOf.delete(block);
      if (buffers !== undefined) receiver.recycle(buffers);
    },
    takePartials() {
      const taken = partials;
      partials = undefined;
      return taken;
    },
    abort: () => receiver.abort(),
  };
}

function toBlock(buffers: BlockBuffers, meta: BlockMeta): Block {
  return {
    bytes: new Uint8Array(buffers.bytes, 0, meta.usedBytes),
    segments: meta.segments,
    lineEnds: new Uint32Array(buffers.lineEnds, 0, meta.lines),
    hashes: new Uint32Array(buffers.hashes, 0, meta.lines * 2),
  };
}
