import type { EscapingScheme } from '../../exposition/escaping.ts';
import type { PlainError } from '../../model/errors.ts';
import type { ShardOutcome, ShardView } from '../../topology/shard-view.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import type { WrittenBlock } from '../join/block-writer.ts';
import type { PartialAggregates } from '../rules/partial-aggregates.ts';

/** One shard's part of a request, as it is sent to a worker thread: plain data. */
export interface ShardTask {
  /** The `Config` that the request began with. */
  readonly config: SharedJson;
  /** Index into `Config.shards`. */
  readonly shard: number;
  /** Selectors (text) to ask every replica for. */
  readonly match: readonly string[];
  /** The client's selectors (text): they decide which lines of the families in rules leave. */
  readonly clientSelectors: readonly string[];
  /** Whether `match` selects more than the client's selectors do, so that every line is held against them. */
  readonly filterLines: boolean;
  readonly evaluateRules: boolean;
  /** `false`: replicas are kept apart. */
  readonly dedup: boolean;
  readonly escaping: EscapingScheme;
  /** Unix ms. */
  readonly deadlineMs: number;
  readonly view: ShardView;
  /** Replicas that are asked only when no other is left. */
  readonly avoided: readonly number[];
}

/** What describes the content of a block's buffers. */
export type BlockMeta = WrittenBlock['meta'];

/** What a task hands back at its end: plain data. */
export interface ShardTaskResult {
  readonly outcome: ShardOutcome;
  /** Undefined where rules were not evaluated or the shard failed. */
  readonly partials: PartialAggregates | undefined;
  /** Why the shard failed. */
  readonly error: PlainError | undefined;
  /** Lines that left in segments marked `compared`. */
  readonly comparedLines: number;
  /** Bytes that were scanned, over all replicas, and the thread that scanned them. */
  readonly scannedBytes: number;
  readonly thread: number;
}
