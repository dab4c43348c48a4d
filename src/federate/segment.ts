/**
 * The unit in which joined lines travel from a worker to the main thread: one buffer of exposition lines, cut into
 * segments of one metric family each. Lines end in LF, hold no TYPE line, and are in the form that leaves the gateway
 * (replica labels stripped, shard labels attached) except for client-specific compression.
 */
export interface Block {
  readonly bytes: Uint8Array;
  /** In order; `segments[i].end === segments[i + 1].start`. A family may go on in the next block. */
  readonly segments: readonly Segment[];
  /** End offset in `bytes` of each line, over all segments. */
  readonly lineEnds: Uint32Array;
  /** Two words per line (low, high): the label set hash of `exposition/text/label-set-hash.ts`. */
  readonly hashes: Uint32Array;
}

export interface Segment {
  /** Name of the metric family, decoded. Families of one shard come sorted by name (UTF-8 bytes), each once. */
  readonly family: string;
  /** As in the upstream's TYPE line; `untyped` where there was none. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Index of the first line in `lineEnds`. */
  readonly firstLine: number;
  readonly lines: number;
  /** Whether a line does not end with the configured shard label bytes, so that it may stand in another shard too. */
  readonly compared: boolean;
}
