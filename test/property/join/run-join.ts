import { allocateBlockBuffers, BlockWriter } from '../../../src/federate/join/block-writer.ts';
import { createJoinKernel } from '../../../src/federate/join/kernel/join-kernel.ts';
import type { JoinSummary } from '../../../src/federate/join/join-summary.ts';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import { createShardJoin } from '../../../src/federate/join/shard-join.ts';
import type { Segment } from '../../../src/federate/segment.ts';
import { nothingGiven } from '../../../src/topology/shard-view.ts';

export interface JoinRun {
  readonly status: 'done' | 'failed';
  /** All lines that left, without TYPE lines. */
  readonly text: string;
  readonly segments: readonly (Segment & { readonly hashes: readonly string[]; readonly text: string })[];
  readonly summary: JoinSummary;
}

export const defaultOptions: ShardJoinOptions = {
  replicas: [],
  ...nothingGiven(),
  leader: 0,
  succession: [],
  maxFilledSeries: 0,
  replicaLabels: ['replica'],
  attachedLabels: {},
  shardLabels: {},
  keepReplicas: 'none',
  timestamps: 'keep',
  limits: { maxLineBytes: 0, maxLabelsPerSeries: 0, maxLabelValueBytes: 0, maxBufferedBytes: 0 },
  kernel: createJoinKernel(),
  family: () => ({ pass: 'all' }),
};

export interface Feeding {
  /** The pieces of a body; one piece by default. */
  readonly cut?: (body: Uint8Array, replica: number) => readonly Uint8Array[];
  /** Bytes of one block. */
  readonly blockBytes?: number;
}

/** Feeds whole bodies to a join, a piece at a time to the replicas that owe bytes. */
export function runJoin(
  options: ShardJoinOptions,
  bodies: readonly (string | Uint8Array)[],
  feeding: Feeding = {},
): JoinRun {
  const { cut = (body) => [body], blockBytes = 4096 } = feeding;
  const join = createShardJoin(options);
  const out = new BlockWriter({ worthSending: { first: 1024, most: 1024 } });
  const chunks = bodies.map((body, replica) => [...cut(typeof body === 'string' ? Buffer.from(body) : body, replica)]);
  const segments: JoinRun['segments'][number][] = [];
  let text = '';
  const flush = (): void => {
    const block = out.take();
    out.reset(allocateBlockBuffers(blockBytes));
    if (block === undefined) return;
    const bytes = Buffer.from(block.buffers.bytes, 0, block.meta.usedBytes);
    const hashes = new BigUint64Array(block.buffers.hashes.slice(0, block.meta.lines * 8));
    for (const segment of block.meta.segments) {
      segments.push({
        ...segment,
        text: bytes.subarray(segment.start, segment.end).toString(),
        hashes: Array.from(hashes.slice(segment.firstLine, segment.firstLine + segment.lines), String),
      });
    }
    text += bytes.toString();
  };
  flush();
  for (;;) {
    const status = join.advance(out);
    if (status.kind === 'full') {
      flush();
    } else if (status.kind === 'need') {
      for (const replica of status.replicas) {
        const chunk = chunks[replica]!.shift();
        if (chunk === undefined) join.end(replica);
        else join.push(replica, chunk);
      }
    } else {
      flush();
      return { status: status.kind, text, segments, summary: join.summary() };
    }
  }
}

/** Cuts a body at places that depend on nothing but the seed; pieces may be empty. */
export function randomCuts(seed: number): NonNullable<Feeding['cut']> {
  return (body, replica) => {
    const pieces: Uint8Array[] = [];
    let state = seed * 31 + replica + 1;
    for (let at = 0; at < body.length;) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      const size = state % (seed % 3 === 0 ? 7 : 200);
      pieces.push(body.subarray(at, at + size));
      at += size;
    }
    return pieces;
  };
}
