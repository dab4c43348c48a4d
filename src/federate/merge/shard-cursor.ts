import type { Block, Segment } from '../segment.ts';

/** The blocks of one shard, in order. */
export interface BlockSource {
  /** Resolves to undefined after the last block; rejects when the shard is lost. One call at a time. */
  next(): Promise<Block | undefined>;
  /** The block's bytes are no longer needed. */
  release(block: Block): void;
}

/**
 * Walks the segments of one shard. Either {@link ShardCursor.segment} is set, or {@link ShardCursor.pending} is, or the
 * shard has ended (or was lost, which its source has reported).
 */
export class ShardCursor {
  readonly shard: number;
  /** The segment at the cursor, valid until {@link ShardCursor.step}. */
  segment: Segment | undefined;
  /** Settles, never rejects, when the cursor has moved on. */
  pending: Promise<void> | undefined;
  #block: Block | undefined;
  #index = 0;
  readonly #source: BlockSource;
  readonly #onLost: (shard: number, error: unknown) => void;

  constructor(shard: number, source: BlockSource, onLost: (shard: number, error: unknown) => void) {
    this.shard = shard;
    this.#source = source;
    this.#onLost = onLost;
    this.#fetch();
  }

  /** The block that holds {@link ShardCursor.segment}. */
  get block(): Block {
    return this.#block!;
  }

  step(): void {
    const block = this.#block!;
    this.#index += 1;
    this.segment = block.segments[this.#index];
    if (this.segment !== undefined) return;
    this.#block = undefined;
    this.#source.release(block);
    this.#fetch();
  }

  #fetch(): void {
    this.pending = this.#source.next().then(
      (block) => this.#arrive(block),
      (error: unknown) => {
        this.pending = undefined;
        this.#onLost(this.shard, error);
      },
    );
  }

  #arrive(block: Block | undefined): void {
    this.pending = undefined;
    if (block === undefined) return;
    this.#block = block;
    this.#index = 0;
    this.segment = block.segments[0];
    if (this.segment !== undefined) return;
    this.#block = undefined;
    this.#source.release(block);
    this.#fetch();
  }
}
